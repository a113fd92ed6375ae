INSERT INTO "shop" ("code") VALUES ('x'), ('y');
