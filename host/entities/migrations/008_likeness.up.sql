-- Keys by which records that may be alike are found, and how far they are made for what was there before.
CREATE TABLE core_likeness (
  entity text NOT NULL,
  rule text NOT NULL,
  key text NOT NULL,
  record_id text NOT NULL,
  CONSTRAINT core_likeness_pk PRIMARY KEY (entity, rule, key, record_id)
);
CREATE INDEX core_likeness_record_ix ON core_likeness (record_id);
CREATE TABLE core_likeness_state (
  entity text NOT NULL,
  rules text NOT NULL,
  last_id text NOT NULL,
  finished boolean NOT NULL,
  CONSTRAINT core_likeness_state_pk PRIMARY KEY (entity)
);
