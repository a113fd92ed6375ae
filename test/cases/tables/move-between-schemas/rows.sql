INSERT INTO south.shop (state) VALUES ('shut'); INSERT INTO lease ("shopId") VALUES (1);
