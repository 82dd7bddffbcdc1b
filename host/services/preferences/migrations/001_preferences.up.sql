-- What people set for themselves, field by field, so that two devices can change different ones at once.
CREATE TABLE core_preference (
  user_id text NOT NULL,
  name text NOT NULL,
  value text NOT NULL,
  changed_at timestamptz NOT NULL,
  device text NOT NULL,
  CONSTRAINT core_preference_pk PRIMARY KEY (user_id, name)
);
