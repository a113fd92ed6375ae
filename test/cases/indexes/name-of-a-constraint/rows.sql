CREATE UNIQUE INDEX ordered ON thing (a DESC);
CREATE INDEX plain ON thing (a DESC);
CREATE UNIQUE INDEX computed ON thing ((b + 1));
ALTER TABLE thing ADD CONSTRAINT included UNIQUE (c) INCLUDE (a);
INSERT INTO thing (a, b, c) VALUES (1, 1, 1), (2, 2, 2);
