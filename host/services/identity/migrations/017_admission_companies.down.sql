DROP INDEX identity_access_request_company;
DROP INDEX identity_invitation_company;
ALTER TABLE identity_access_request DROP COLUMN company;
ALTER TABLE identity_invitation DROP COLUMN company;
