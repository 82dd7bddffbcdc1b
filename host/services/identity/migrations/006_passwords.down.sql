-- Forgets the earlier passwords.
DROP TABLE identity_password_history;
ALTER TABLE identity_credential DROP COLUMN must_change;
