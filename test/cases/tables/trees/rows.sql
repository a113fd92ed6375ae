INSERT INTO category (name, "parentId") VALUES ('Food', NULL), ('Tea', 1);
INSERT INTO category_closure VALUES (1, 1), (1, 2), (2, 2);
INSERT INTO area ("nsleft", "nsright", "parentId") VALUES (1, 4, NULL), (2, 3, 1);
INSERT INTO menu (mpath, "parentId") VALUES ('1.', NULL), ('1.2.', 1);
INSERT INTO staff ("parentId") VALUES (NULL), (1);
