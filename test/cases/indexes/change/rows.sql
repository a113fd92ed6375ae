INSERT INTO thing (a, b) VALUES (1, 2), (2, 2);
