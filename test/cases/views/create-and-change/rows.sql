INSERT INTO shop (name, floor) VALUES ('A', 0), ('B', 1);
