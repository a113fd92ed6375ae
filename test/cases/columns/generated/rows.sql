INSERT INTO line (quantity, price) VALUES (2, 3), (4, 5);
