-- Takes users and all that belongs to them away again.
DROP TABLE identity_setup;
DROP TABLE identity_session;
DROP TABLE identity_credential;
DROP TABLE identity_user;
