INSERT INTO shop (status) VALUES ('shut'), ('open');
