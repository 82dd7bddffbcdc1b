-- The things.
CREATE TABLE badreference_thing (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  CONSTRAINT badreference_thing_pk PRIMARY KEY (id)
);
CREATE INDEX badreference_thing_name ON badreference_thing (id);
