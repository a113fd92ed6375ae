INSERT INTO shop (title, floor) VALUES ('Book', 0), ('Tea', 1), ('Cinema', 1);
