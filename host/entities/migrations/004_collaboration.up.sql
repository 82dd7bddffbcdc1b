-- What people say about records and how they keep them in view.
CREATE TABLE core_mark (
  entity text NOT NULL,
  record_id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT core_mark_pk PRIMARY KEY (entity, record_id, kind, user_id)
);
CREATE INDEX core_mark_user_ix ON core_mark (user_id, entity, kind, record_id);
CREATE TABLE core_tag (
  entity text NOT NULL,
  record_id text NOT NULL,
  tag text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  CONSTRAINT core_tag_pk PRIMARY KEY (entity, record_id, tag)
);
CREATE INDEX core_tag_tag_ix ON core_tag (entity, tag, record_id);
CREATE TABLE core_comment (
  id text NOT NULL,
  entity text NOT NULL,
  record_id text NOT NULL,
  parent_id text,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  edited_at timestamptz,
  deleted_at timestamptz,
  CONSTRAINT core_comment_pk PRIMARY KEY (id)
);
CREATE INDEX core_comment_record_ix ON core_comment (entity, record_id, id);
CREATE TABLE core_reaction (
  comment_id text NOT NULL,
  user_id text NOT NULL,
  emoji text NOT NULL,
  CONSTRAINT core_reaction_pk PRIMARY KEY (comment_id, emoji, user_id)
);
