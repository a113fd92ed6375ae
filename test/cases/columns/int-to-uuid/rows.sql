INSERT INTO mall (id, title) VALUES (7, 'Riverside'), (3, 'Old Mill'), (12, 'Harbour');
SELECT setval('mall_id_seq', 12);
INSERT INTO shop ("mallId", code) VALUES (7, 'a'), (3, 'a'), (7, 'b'), (12, 'c');
INSERT INTO employee (id, name, "managerId", "mallId") VALUES (5, 'Ada', NULL, 3), (2, 'Ben', 5, NULL), (9, 'Cleo', 2, 12), (11, 'Dan', 11, 7);
SELECT setval('employee_id_seq', 11);
INSERT INTO badge ("employeeId") VALUES (9), (2);
INSERT INTO scan ("badgeEmployeeId") VALUES (9), (NULL), (2), (9);
