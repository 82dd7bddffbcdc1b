-- Records shared with a person or a group, whatever the scope of their rights.
CREATE TABLE core_share (
  entity text NOT NULL,
  record_id text NOT NULL,
  grantee text NOT NULL,
  kind text NOT NULL,
  editable boolean NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  CONSTRAINT core_share_pk PRIMARY KEY (entity, record_id, grantee)
);
CREATE INDEX core_share_grantee_ix ON core_share (grantee, entity, record_id);
-- The numbers that sequences have given, by field and by the year or month they count in.
CREATE TABLE core_sequence (
  name text NOT NULL,
  period text NOT NULL,
  last bigint NOT NULL,
  CONSTRAINT core_sequence_pk PRIMARY KEY (name, period)
);
