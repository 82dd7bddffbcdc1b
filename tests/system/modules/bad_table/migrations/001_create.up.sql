-- The things.
CREATE TABLE badtable_thing (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name bigint NOT NULL,
  CONSTRAINT badtable_thing_pk PRIMARY KEY (id)
);
CREATE INDEX badtable_thing_name ON badtable_thing (id);
