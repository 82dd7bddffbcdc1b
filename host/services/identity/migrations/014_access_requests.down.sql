DROP TABLE identity_access_request;
