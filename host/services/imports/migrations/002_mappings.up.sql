-- What columns of files mean, and how rows are written, under names that people give.
CREATE TABLE import_mapping (
  id text NOT NULL,
  entity text NOT NULL,
  name text NOT NULL,
  shared boolean NOT NULL,
  plan jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT import_mapping_pk PRIMARY KEY (id),
  CONSTRAINT import_mapping_name UNIQUE (created_by, entity, name)
);
CREATE INDEX import_mapping_entity_ix ON import_mapping (entity, shared);
