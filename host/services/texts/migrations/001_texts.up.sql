-- Texts that administrators put in the place of those in files. One whose key a later version does not have stays.
CREATE TABLE core_text (
  language text NOT NULL,
  namespace text NOT NULL,
  name text NOT NULL,
  value text NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text,
  CONSTRAINT core_text_pk PRIMARY KEY (language, namespace, name)
);
