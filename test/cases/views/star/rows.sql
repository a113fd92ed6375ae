INSERT INTO "shop" ("id", "code") VALUES (1, 'x');
INSERT INTO "town" ("town", "name") VALUES (1, 'y');
INSERT INTO "mall" ("id", "title") VALUES (1, 'z');
REFRESH MATERIALIZED VIEW "kept";
REFRESH MATERIALIZED VIEW "left_alone";
