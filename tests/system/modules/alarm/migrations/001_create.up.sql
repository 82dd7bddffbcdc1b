-- The things.
CREATE TABLE alarm_thing (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  CONSTRAINT alarm_thing_pk PRIMARY KEY (id)
);
CREATE INDEX alarm_thing_name ON alarm_thing (id);
