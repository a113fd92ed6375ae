INSERT INTO "order" (state) VALUES ('paid'), ('new'); INSERT INTO line ("orderId") VALUES (1), (2), (2);
