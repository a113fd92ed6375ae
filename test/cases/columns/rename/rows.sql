INSERT INTO mall (title, city) VALUES ('North', 'Bern'), ('South', 'Rome');
