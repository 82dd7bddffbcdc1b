-- Fields that administrators add to entities. Each is a column of the entity's table as well, which stays with
-- its data when the field is removed, until it is purged.
CREATE TABLE core_custom_field (
  id text NOT NULL,
  entity text NOT NULL,
  table_name text NOT NULL,
  name text NOT NULL,
  field jsonb NOT NULL,
  texts jsonb NOT NULL,
  section text,
  search boolean NOT NULL,
  position bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  removed_at timestamptz,
  CONSTRAINT core_custom_field_pk PRIMARY KEY (id),
  CONSTRAINT core_custom_field_name UNIQUE (entity, name)
);
