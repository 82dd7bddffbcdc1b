-- Imports of tables into records, what each row became, and how columns were taken.
CREATE TABLE import_run (
  id text NOT NULL,
  entity text NOT NULL,
  file_name text NOT NULL,
  state text NOT NULL,
  file jsonb NOT NULL,
  headers_key text NOT NULL,
  plan jsonb,
  counts jsonb NOT NULL,
  error jsonb,
  created_at timestamptz NOT NULL,
  created_by text,
  finished_at timestamptz,
  CONSTRAINT import_run_pk PRIMARY KEY (id)
);
CREATE INDEX import_run_person_ix ON import_run (created_by, id);
CREATE INDEX import_run_headers_ix ON import_run (entity, headers_key, id);
CREATE TABLE import_row (
  run_id text NOT NULL,
  record_id text NOT NULL,
  created boolean NOT NULL,
  version_before bigint NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT import_row_pk PRIMARY KEY (run_id, record_id, version)
);
