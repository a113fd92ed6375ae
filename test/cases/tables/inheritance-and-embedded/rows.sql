INSERT INTO offer (kind, "priceAmount", "priceCurrency", percent, version, made, changed) VALUES
  ('sale', 1.50, 'EUR', 20, 1, '2026-01-01', '2026-01-02'), ('Offer', 2, 'USD', NULL, 1, '2026-01-01', '2026-01-02');
INSERT INTO fee (amount) VALUES (9.99);
