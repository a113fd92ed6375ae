INSERT INTO mall (name) VALUES ('m'); INSERT INTO shop ("mallId") VALUES (NULL), (1);
