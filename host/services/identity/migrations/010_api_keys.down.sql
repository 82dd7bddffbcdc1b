DROP TABLE identity_api_key_secret;
DROP TABLE identity_api_key;
