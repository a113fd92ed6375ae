INSERT INTO offer (kind, "priceAmount", "priceCurrency", percent, version) VALUES ('sale', 1.50, 'EUR', 20, 1), ('Offer', 2, 'USD', NULL, 1);
INSERT INTO fee (amount) VALUES (9.99);
