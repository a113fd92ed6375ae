INSERT INTO shop (id, code) VALUES (1, 7);
INSERT INTO zone (id) VALUES (1);
INSERT INTO gate (id, sign) VALUES (1, 2);
