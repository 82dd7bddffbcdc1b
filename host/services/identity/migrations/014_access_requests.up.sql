-- Who asks to be let in on a closed instance, and what was answered.
CREATE TABLE identity_access_request (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  email text NOT NULL,
  name text NOT NULL,
  reason text NOT NULL,
  language text NOT NULL,
  status text NOT NULL,
  role text,
  answer text,
  decided_by text,
  decided_at timestamptz,
  told_at timestamptz,
  address text,
  CONSTRAINT identity_access_request_pk PRIMARY KEY (id),
  CONSTRAINT identity_access_request_role_fk FOREIGN KEY (role) REFERENCES identity_role (id),
  CONSTRAINT identity_access_request_decided_by_fk FOREIGN KEY (decided_by) REFERENCES identity_user (id)
);
CREATE UNIQUE INDEX identity_access_request_waiting ON identity_access_request (email)
  WHERE deleted_at IS NULL AND status = 'waiting';
CREATE INDEX identity_access_request_role ON identity_access_request (role);
CREATE INDEX identity_access_request_decided_by ON identity_access_request (decided_by);
