INSERT INTO line VALUES (1, 1), (2, 1);
