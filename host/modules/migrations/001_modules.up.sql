-- What is installed, the plans that wait for approval, and the journal of operations that survives a crash.
CREATE TABLE core_module (
  id text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  state text NOT NULL,
  previous_version text,
  previous_digest text,
  trust text NOT NULL,
  key_id text NOT NULL,
  signer text NOT NULL,
  installed_at timestamptz NOT NULL,
  installed_by text,
  updated_at timestamptz NOT NULL,
  CONSTRAINT core_module_pk PRIMARY KEY (id),
  CONSTRAINT core_module_state_ck CHECK (state IN ('active', 'inactive', 'removed'))
);
CREATE TABLE core_module_version (
  module text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  installed_at timestamptz NOT NULL,
  CONSTRAINT core_module_version_pk PRIMARY KEY (module, version)
);
CREATE TABLE core_module_plan (
  digest text NOT NULL,
  module text NOT NULL,
  state text NOT NULL,
  document text NOT NULL,
  package_file text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  CONSTRAINT core_module_plan_pk PRIMARY KEY (digest)
);
CREATE TABLE core_module_operation (
  id text NOT NULL,
  module text NOT NULL,
  state text NOT NULL,
  stage text NOT NULL,
  document text NOT NULL,
  started_at timestamptz NOT NULL,
  CONSTRAINT core_module_operation_pk PRIMARY KEY (id)
);
CREATE INDEX core_module_operation_module_ix ON core_module_operation (module, id);
CREATE INDEX core_module_operation_running_ix ON core_module_operation (id) WHERE state = 'running';
CREATE TABLE core_module_setting (
  module text NOT NULL,
  name text NOT NULL,
  value text NOT NULL,
  CONSTRAINT core_module_setting_pk PRIMARY KEY (module, name)
);
