INSERT INTO mall (title, city) VALUES ('Riverside', 'Basel'), ('Old Mill', NULL), ('North Gate', 'Bern');
INSERT INTO tag (name) VALUES ('food'), ('books'), ('new');
INSERT INTO shop (code, status, contact, phone, "mallId")
  SELECT (1000 + n)::text, (ARRAY['open', 'closed']::shop_status_enum[])[1 + n % 2], 'Ada Shop' || n,
    CASE WHEN n % 10 > 0 THEN '+41 61 ' || n END, 1 + n % 3 FROM generate_series(1, 300) n;
INSERT INTO shop_tags_tag SELECT s.id, t.id FROM shop s JOIN tag t ON (s.id + t.id) % 2 = 0;
INSERT INTO visit (ticket, "shopId") SELECT 'T' || n, 1 + n % 300 FROM generate_series(1, 200000) n;
INSERT INTO fax_line (number, "mallId") VALUES ('+41 61 000', 1);
REFRESH MATERIALIZED VIEW visits_by_shop;
