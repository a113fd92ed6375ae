INSERT INTO shop (code, rent) VALUES ('A', 5), ('B', 6);
