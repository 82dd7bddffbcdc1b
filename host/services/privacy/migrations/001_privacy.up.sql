-- What people are asked to agree to, what they answered, and what they asked for about their own data.
CREATE TABLE privacy_document (
  id text NOT NULL,
  kind text NOT NULL,
  version bigint NOT NULL,
  texts text NOT NULL,
  effective_at timestamptz NOT NULL,
  required boolean NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  CONSTRAINT privacy_document_pk PRIMARY KEY (id),
  CONSTRAINT privacy_document_version UNIQUE (kind, version)
);

-- Answers are added, never changed: the last one of a person and kind holds.
CREATE TABLE privacy_consent (
  id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  version bigint NOT NULL,
  given boolean NOT NULL,
  at timestamptz NOT NULL,
  address text,
  agent text,
  CONSTRAINT privacy_consent_pk PRIMARY KEY (id)
);
CREATE INDEX privacy_consent_user ON privacy_consent (user_id, kind, id);

CREATE TABLE privacy_request (
  id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  due_at timestamptz,
  done_at timestamptz,
  report text,
  CONSTRAINT privacy_request_pk PRIMARY KEY (id),
  CONSTRAINT privacy_request_kind_known CHECK (kind IN ('export', 'erasure')),
  CONSTRAINT privacy_request_state_known
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'undone', 'removed'))
);
CREATE INDEX privacy_request_user ON privacy_request (user_id, asked_at);
CREATE INDEX privacy_request_due ON privacy_request (kind, state, due_at);
CREATE UNIQUE INDEX privacy_request_one_erasure ON privacy_request (user_id)
  WHERE kind = 'erasure' AND state IN ('waiting', 'running', 'done');
