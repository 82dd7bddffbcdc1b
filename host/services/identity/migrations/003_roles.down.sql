-- Takes roles and grants away; people keep the names of theirs.
ALTER TABLE identity_group DROP COLUMN role;
DROP TABLE identity_grant;
DROP TABLE identity_role;
