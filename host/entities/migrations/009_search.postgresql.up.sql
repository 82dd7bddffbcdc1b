-- The words of records for the full-text search, made and folded by the host: "<field key>:<word>", each once.
CREATE TABLE core_search (
  entity text NOT NULL,
  record_id text NOT NULL,
  words tsvector NOT NULL,
  CONSTRAINT core_search_pk PRIMARY KEY (entity, record_id)
);
CREATE INDEX core_search_words_ix ON core_search USING gin (words);
CREATE TABLE core_search_state (
  entity text NOT NULL,
  fields text NOT NULL,
  last_id text NOT NULL,
  done boolean NOT NULL,
  CONSTRAINT core_search_state_pk PRIMARY KEY (entity)
);
