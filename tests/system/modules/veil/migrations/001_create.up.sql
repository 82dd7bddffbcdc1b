-- Records whose every value says which record and field it is of.
CREATE TABLE veil_unit (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text,
  CONSTRAINT veil_unit_pk PRIMARY KEY (id)
);
CREATE TABLE veil_vault (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text,
  thing text,
  CONSTRAINT veil_vault_pk PRIMARY KEY (id)
);
CREATE TABLE veil_letter (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  veiled_name text,
  name text,
  thing text,
  veiled_need text NOT NULL,
  CONSTRAINT veil_letter_pk PRIMARY KEY (id)
);
CREATE TABLE veil_thing (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  note text,
  code text,
  kind text,
  amount bigint,
  day date,
  company text,
  department text,
  owner text,
  above text,
  box text,
  plan text,
  grade bigint,
  veiled_text text,
  veiled_code text,
  veiled_number bigint,
  veiled_sum bigint,
  veiled_kind text,
  veiled_letter text,
  veiled_file text,
  veiled_tags jsonb,
  veiled_any text,
  CONSTRAINT veil_thing_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX veil_thing_code ON veil_thing (code);
CREATE UNIQUE INDEX veil_thing_veiled_code ON veil_thing (veiled_code);
CREATE UNIQUE INDEX veil_thing_kind_veiled_number ON veil_thing (kind, veiled_number);
CREATE TABLE veil_paper (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text,
  thing text,
  things jsonb,
  about text,
  letter text,
  CONSTRAINT veil_paper_pk PRIMARY KEY (id)
);
