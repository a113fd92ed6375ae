INSERT INTO legacy_person VALUES (1), (2); INSERT INTO shop ("ownerId", "cleanerId") VALUES (1, 2); INSERT INTO watch VALUES (1, 1);
