DROP TABLE identity_invitation;
