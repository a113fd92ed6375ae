INSERT INTO shop (code, floor, rent) VALUES ('A', 1, 5), ('B', 1, 6);
