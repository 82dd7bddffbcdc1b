-- Records that were merged into others, with what it takes to undo it; and who edits which record just now.
CREATE TABLE core_merge (
  id text NOT NULL,
  entity text NOT NULL,
  into_id text NOT NULL,
  from_id text NOT NULL,
  merged_at timestamptz NOT NULL,
  merged_by text,
  moved jsonb NOT NULL,
  undone_at timestamptz,
  CONSTRAINT core_merge_pk PRIMARY KEY (id)
);
CREATE INDEX core_merge_into_ix ON core_merge (entity, into_id, id);
CREATE TABLE core_lock (
  entity text NOT NULL,
  record_id text NOT NULL,
  user_id text NOT NULL,
  user_name text,
  expires_at timestamptz NOT NULL,
  CONSTRAINT core_lock_pk PRIMARY KEY (entity, record_id)
);
