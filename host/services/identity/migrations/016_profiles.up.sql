-- Who a person is, whether he may sign in and why not, when he was here; and what a group is for.
ALTER TABLE identity_user ADD COLUMN status text NOT NULL DEFAULT 'active';
ALTER TABLE identity_user ADD COLUMN status_reason text;
ALTER TABLE identity_user ADD COLUMN photo text;
ALTER TABLE identity_user ADD COLUMN place text;
ALTER TABLE identity_user ADD COLUMN time_zone text;
UPDATE identity_user SET status = 'inactive' WHERE NOT active;
CREATE INDEX identity_user_status ON identity_user (status);

-- Apart from the user: it is written so often that whatever is kept of users' lists would be worth nothing.
CREATE TABLE identity_presence (
  user_id text NOT NULL,
  last_login_at timestamptz,
  last_seen_at timestamptz NOT NULL,
  CONSTRAINT identity_presence_pk PRIMARY KEY (user_id),
  CONSTRAINT identity_presence_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id) ON DELETE CASCADE
);

ALTER TABLE identity_group ADD COLUMN kind text NOT NULL DEFAULT 'functional';
