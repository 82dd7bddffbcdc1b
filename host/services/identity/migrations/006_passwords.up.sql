-- Earlier passwords, so that they do not come back, and whether the current one is only for the next log-in.
ALTER TABLE identity_credential ADD COLUMN must_change boolean NOT NULL DEFAULT FALSE;

CREATE TABLE identity_password_history (
  user_id text NOT NULL,
  hash text NOT NULL,
  replaced_at timestamptz NOT NULL,
  CONSTRAINT identity_password_history_pk PRIMARY KEY (user_id, replaced_at),
  CONSTRAINT identity_password_history_user_fk FOREIGN KEY (user_id) REFERENCES identity_user (id)
);
