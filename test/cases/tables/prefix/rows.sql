INSERT INTO app_mall DEFAULT VALUES; INSERT INTO app_shop (name, "mallId") VALUES ('Tea', 1); INSERT INTO app_brand DEFAULT VALUES;
