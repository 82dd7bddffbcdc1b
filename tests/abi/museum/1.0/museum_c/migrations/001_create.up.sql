-- The things of the museum.
CREATE TABLE museum_c_thing (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  mark text,
  CONSTRAINT museum_c_thing_pk PRIMARY KEY (id)
);
