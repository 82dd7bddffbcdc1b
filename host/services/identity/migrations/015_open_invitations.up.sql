-- Invitations for several people, into groups, with any role. One without an address has the empty text there:
-- the column cannot lose its NOT NULL on SQLite without a new table, which would lose added fields.
ALTER TABLE identity_invitation ADD COLUMN label text;
ALTER TABLE identity_invitation ADD COLUMN in_groups jsonb;
ALTER TABLE identity_invitation ADD COLUMN max_uses bigint NOT NULL DEFAULT 1;
ALTER TABLE identity_invitation ADD COLUMN uses bigint NOT NULL DEFAULT 0;
ALTER TABLE identity_invitation ADD COLUMN status text NOT NULL DEFAULT 'open';
CREATE INDEX identity_invitation_role ON identity_invitation (role);
UPDATE identity_invitation SET label = email;
UPDATE identity_invitation SET uses = 1, status = 'used_up' WHERE accepted_at IS NOT NULL;
