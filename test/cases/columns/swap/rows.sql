INSERT INTO shop (code, opened) VALUES ('2026-01-02', 7);
