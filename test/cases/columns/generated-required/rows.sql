INSERT INTO line (quantity, price, plain, base) VALUES (2, 3, 4, 1), (4, NULL, NULL, 2);
