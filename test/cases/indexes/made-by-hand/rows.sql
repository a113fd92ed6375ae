INSERT INTO shop (code, name, floor, door) VALUES ('a', 'A', '1', 1), ('b', 'B', '1', 2);
DROP INDEX by_code;
CREATE INDEX by_code ON shop (code varchar_pattern_ops);
DROP INDEX by_name;
CREATE INDEX by_name ON shop (lower(name));
ALTER TABLE shop DROP CONSTRAINT "UQ_shop_door";
ALTER TABLE shop ADD CONSTRAINT "UQ_shop_door" UNIQUE (door) INCLUDE (floor);
