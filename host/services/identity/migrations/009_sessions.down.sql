DROP TABLE identity_known_device;
ALTER TABLE identity_session DROP COLUMN absolute_expires_at;
ALTER TABLE identity_session DROP COLUMN remembered;
