INSERT INTO tag VALUES (1); INSERT INTO product VALUES (7); INSERT INTO product_tag (product_id, tag_id, weight) VALUES (7, 1, 3);
