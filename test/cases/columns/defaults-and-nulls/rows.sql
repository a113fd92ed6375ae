INSERT INTO shop (code, area) VALUES ('A', 12), ('B', 30);
