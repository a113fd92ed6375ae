INSERT INTO task (urgency, history) VALUES ('high', '{low,high}'); INSERT INTO risk (level) VALUES ('high'); INSERT INTO old DEFAULT VALUES;
