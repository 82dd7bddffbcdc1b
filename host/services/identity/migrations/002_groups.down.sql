-- Takes the groups away; what is shared with them is seen by nobody then.
DROP TABLE identity_membership;
DROP TABLE identity_group;
