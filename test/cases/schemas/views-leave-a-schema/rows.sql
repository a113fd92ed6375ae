INSERT INTO shop (code) VALUES ('a');
