-- Ships that come to the quay of a company.
CREATE TABLE quay_visit (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  ship text NOT NULL,
  company text,
  CONSTRAINT quay_visit_pk PRIMARY KEY (id)
);
