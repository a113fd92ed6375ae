INSERT INTO shop ("shopName", floor_no) VALUES ('A', 3), ('B', 4);
