-- The company in which somebody who is invited, or whose request is approved, has the role.
ALTER TABLE identity_invitation ADD COLUMN company text;
ALTER TABLE identity_access_request ADD COLUMN company text;
CREATE INDEX identity_invitation_company ON identity_invitation (company);
CREATE INDEX identity_access_request_company ON identity_access_request (company);
