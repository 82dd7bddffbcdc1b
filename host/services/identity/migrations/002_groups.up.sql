-- Groups of people, which records are shared with and fields name; a group may stand in another one.
CREATE TABLE identity_group (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  description text,
  parent text,
  CONSTRAINT identity_group_pk PRIMARY KEY (id),
  CONSTRAINT identity_group_parent_fk FOREIGN KEY (parent) REFERENCES identity_group (id)
);
CREATE UNIQUE INDEX identity_group_name_unique ON identity_group (name) WHERE deleted_at IS NULL;
CREATE INDEX identity_group_parent ON identity_group (parent);

CREATE TABLE identity_membership (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  person text NOT NULL,
  in_group text NOT NULL,
  manager boolean NOT NULL,
  CONSTRAINT identity_membership_pk PRIMARY KEY (id),
  CONSTRAINT identity_membership_person_fk FOREIGN KEY (person) REFERENCES identity_user (id),
  CONSTRAINT identity_membership_group_fk FOREIGN KEY (in_group) REFERENCES identity_group (id)
);
CREATE UNIQUE INDEX identity_membership_unique ON identity_membership (in_group, person) WHERE deleted_at IS NULL;
CREATE INDEX identity_membership_person ON identity_membership (person);
