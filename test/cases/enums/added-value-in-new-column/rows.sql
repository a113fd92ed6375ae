INSERT INTO purchase (state) VALUES ('paid'), ('open');
