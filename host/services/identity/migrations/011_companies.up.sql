-- The companies and departments of the instance, and what people are in them.
CREATE TABLE identity_company (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  code text NOT NULL,
  parent text,
  active boolean NOT NULL,
  CONSTRAINT identity_company_pk PRIMARY KEY (id),
  CONSTRAINT identity_company_parent_fk FOREIGN KEY (parent) REFERENCES identity_company (id)
);
CREATE UNIQUE INDEX identity_company_name_unique ON identity_company (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX identity_company_code_unique ON identity_company (code) WHERE deleted_at IS NULL;
CREATE INDEX identity_company_parent ON identity_company (parent);

CREATE TABLE identity_department (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  company text NOT NULL,
  parent text,
  CONSTRAINT identity_department_pk PRIMARY KEY (id),
  CONSTRAINT identity_department_company_fk FOREIGN KEY (company) REFERENCES identity_company (id),
  CONSTRAINT identity_department_parent_fk FOREIGN KEY (parent) REFERENCES identity_department (id)
);
CREATE UNIQUE INDEX identity_department_unique ON identity_department (company, name) WHERE deleted_at IS NULL;
CREATE INDEX identity_department_parent ON identity_department (parent);

-- A role that somebody holds in one company, and no further. Each company has lines of its own, so that who
-- administers one learns nothing of what people are in others.
CREATE TABLE identity_assignment (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  person text NOT NULL,
  company text NOT NULL,
  department text,
  role text NOT NULL,
  until date,
  CONSTRAINT identity_assignment_pk PRIMARY KEY (id),
  CONSTRAINT identity_assignment_person_fk FOREIGN KEY (person) REFERENCES identity_user (id),
  CONSTRAINT identity_assignment_company_fk FOREIGN KEY (company) REFERENCES identity_company (id),
  CONSTRAINT identity_assignment_department_fk FOREIGN KEY (department) REFERENCES identity_department (id),
  CONSTRAINT identity_assignment_role_fk FOREIGN KEY (role) REFERENCES identity_role (id)
);
CREATE UNIQUE INDEX identity_assignment_unique ON identity_assignment (person, company, role) WHERE deleted_at IS NULL;
CREATE INDEX identity_assignment_company ON identity_assignment (company);
CREATE INDEX identity_assignment_department ON identity_assignment (department);
CREATE INDEX identity_assignment_role ON identity_assignment (role);

-- Where a person belongs, and how he is reached there.
ALTER TABLE identity_user ADD COLUMN company text;
ALTER TABLE identity_user ADD COLUMN department text;
ALTER TABLE identity_user ADD COLUMN phone text;
ALTER TABLE identity_user ADD COLUMN job text;
CREATE INDEX identity_user_company ON identity_user (company);
CREATE INDEX identity_user_department ON identity_user (department);

-- In whose name the person acts in this session; NULL: in none's.
ALTER TABLE identity_session ADD COLUMN company text;
