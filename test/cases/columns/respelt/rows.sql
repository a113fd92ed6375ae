INSERT INTO mall ("shortName", "openedOn") VALUES ('N', '2020-01-01'); INSERT INTO shop_unit ("floorNumber", "mallId") VALUES (3, 1);
