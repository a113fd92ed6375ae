INSERT INTO account (number, "seenAt", token, vip) VALUES ('12', '2026-01-02 03:04:05', 'b8c6a3c8-0000-4000-8000-000000000001', true);
