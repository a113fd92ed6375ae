INSERT INTO visitor (badge) VALUES ('a'), ('b');
