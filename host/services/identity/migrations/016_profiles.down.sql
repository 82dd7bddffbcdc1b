ALTER TABLE identity_group DROP COLUMN kind;
DROP TABLE identity_presence;
DROP INDEX identity_user_status;
ALTER TABLE identity_user DROP COLUMN time_zone;
ALTER TABLE identity_user DROP COLUMN place;
ALTER TABLE identity_user DROP COLUMN photo;
ALTER TABLE identity_user DROP COLUMN status_reason;
ALTER TABLE identity_user DROP COLUMN status;
