INSERT INTO store (title, code, city, fax) VALUES ('A', 'a1', 'Bern', '1'), ('B', 'b1', 'Rome', NULL);
