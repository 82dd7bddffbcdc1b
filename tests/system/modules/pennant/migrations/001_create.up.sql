-- What a trigger saw of the flags, for whoever made the note.
CREATE TABLE pennant_note (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  seen text,
  CONSTRAINT pennant_note_pk PRIMARY KEY (id)
);
