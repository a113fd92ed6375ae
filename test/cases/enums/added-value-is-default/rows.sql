INSERT INTO shop (status) VALUES ('closed');
