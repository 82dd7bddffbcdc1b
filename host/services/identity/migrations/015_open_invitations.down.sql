DROP INDEX identity_invitation_role;
ALTER TABLE identity_invitation DROP COLUMN status;
ALTER TABLE identity_invitation DROP COLUMN uses;
ALTER TABLE identity_invitation DROP COLUMN max_uses;
ALTER TABLE identity_invitation DROP COLUMN in_groups;
ALTER TABLE identity_invitation DROP COLUMN label;
