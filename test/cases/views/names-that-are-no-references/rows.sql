INSERT INTO "order" ("note") VALUES ('first');
INSERT INTO "sale" ("amount") VALUES (1), (0);
