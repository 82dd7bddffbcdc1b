-- Records that name files.
CREATE TABLE dossier_study (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  title text NOT NULL,
  photo text,
  contract text,
  papers jsonb,
  secret text,
  CONSTRAINT dossier_study_pk PRIMARY KEY (id)
);
