INSERT INTO shop (status, flags) VALUES ('closed', '{a,b}'), ('open', '{}');
