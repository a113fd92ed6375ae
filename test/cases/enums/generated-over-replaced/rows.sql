INSERT INTO purchase (state, former) VALUES ('paid', 'void'), ('open', 'open');
INSERT INTO archive (state) VALUES ('void');
INSERT INTO copy ("archiveId") VALUES (1);
