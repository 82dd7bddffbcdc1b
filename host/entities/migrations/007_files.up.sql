-- Files: attached to records and comments, or named by fields. Their contents are blobs, outside the database.
-- One that belongs to no record yet waits for a day for whoever uploaded it to name it.
CREATE TABLE core_file (
  id text NOT NULL,
  blob text NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  width bigint,
  height bigint,
  created_at timestamptz NOT NULL,
  created_by text,
  entity text,
  record_id text,
  field text,
  comment_id text,
  deleted_at timestamptz,
  CONSTRAINT core_file_pk PRIMARY KEY (id)
);
CREATE INDEX core_file_record_ix ON core_file (entity, record_id, id);
CREATE INDEX core_file_blob_ix ON core_file (blob);
CREATE INDEX core_file_person_ix ON core_file (created_by, record_id);
