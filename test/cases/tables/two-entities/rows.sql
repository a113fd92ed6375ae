INSERT INTO person (name, password) VALUES ('Ada', 'secret');
