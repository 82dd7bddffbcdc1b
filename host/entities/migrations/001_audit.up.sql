-- The audit trail: one row for each change, written in the change's own transaction, sealed into a hash chain afterwards.
CREATE TABLE core_audit (
  id text NOT NULL,
  at timestamptz NOT NULL,
  actor_id text,
  actor_name text,
  via text,
  address text,
  action text NOT NULL,
  entity text NOT NULL,
  record_id text,
  changes jsonb,
  seq bigint,
  hash text,
  CONSTRAINT core_audit_pk PRIMARY KEY (id),
  CONSTRAINT core_audit_seq_uk UNIQUE (seq)
);
CREATE INDEX core_audit_record_ix ON core_audit (entity, record_id, id);
CREATE INDEX core_audit_unsealed_ix ON core_audit (id) WHERE seq IS NULL;
