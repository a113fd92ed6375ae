INSERT INTO mall VALUES ('1'), ('2'); INSERT INTO shop ("mallId") VALUES ('1'), ('2');
