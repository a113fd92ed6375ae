INSERT INTO mall (name, floors) VALUES ('North', 3), ('South', NULL);
