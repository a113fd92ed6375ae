INSERT INTO store (name, status) VALUES ('A', 'closed'), ('B', 'open'); INSERT INTO lease ("storeId") VALUES (1), (2);
