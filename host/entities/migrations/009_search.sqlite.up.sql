-- The words of records for the full-text search, made and folded by the host: "<field key>:<word>", each once.
-- The index keeps no text of its own; the host tells it of each change, since a trigger may not (TRUSTED_SCHEMA).
CREATE TABLE core_search (
  id integer PRIMARY KEY,
  entity text NOT NULL,
  record_id text NOT NULL,
  words text NOT NULL,
  CONSTRAINT core_search_record UNIQUE (entity, record_id)
);
CREATE VIRTUAL TABLE core_search_words USING fts5(
  words, content = 'core_search', content_rowid = 'id', tokenize = "ascii tokenchars ':'"
);
CREATE TABLE core_search_state (
  entity text NOT NULL,
  fields text NOT NULL,
  last_id text NOT NULL,
  done boolean NOT NULL,
  CONSTRAINT core_search_state_pk PRIMARY KEY (entity)
);
