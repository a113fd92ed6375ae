INSERT INTO country VALUES ('FR'); INSERT INTO city ("countryCode") VALUES ('FR');
