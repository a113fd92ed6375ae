INSERT INTO shop (open, pays) VALUES ('{mon,wed}', '{card}'), (DEFAULT, DEFAULT);
