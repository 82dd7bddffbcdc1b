-- Who changed a setting, when, from what to what; values of secrets stay sealed.
CREATE TABLE core_setting_change (
  id text NOT NULL,
  module text NOT NULL,
  name text NOT NULL,
  old_value text,
  new_value text,
  at timestamptz NOT NULL,
  by_id text,
  by_name text,
  via text,
  undone_by text,
  CONSTRAINT core_setting_change_pk PRIMARY KEY (id)
);
CREATE INDEX core_setting_change_name_ix ON core_setting_change (module, name, id);
