INSERT INTO booking (starts, ends, code) VALUES ('2026-01-01', '2026-01-05', 'a'), ('2026-01-06', '2026-01-07', 'b');
