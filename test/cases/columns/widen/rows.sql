INSERT INTO product (name, stock, price, note, "soldAt") VALUES ('Lamp', 3, 12.50, 'ok', '2026-01-02 03:04:05.678');
