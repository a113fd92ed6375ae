INSERT INTO app.users (name) VALUES ('Ann');
INSERT INTO post ("userId") VALUES (1);
INSERT INTO tag DEFAULT VALUES;
INSERT INTO post_tags VALUES (1, 1);
