DROP TABLE identity_token;
