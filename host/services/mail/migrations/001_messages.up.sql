-- Mail on its way out. A body is sealed, since it may carry a link that signs in, and erased when it was sent.
CREATE TABLE mail_message (
  id text NOT NULL,
  kind text NOT NULL,
  recipient text NOT NULL,
  language text NOT NULL,
  subject text NOT NULL,
  sealed text,
  state text NOT NULL,
  attempts bigint NOT NULL,
  next_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  last_error text,
  reference text,
  CONSTRAINT mail_message_pk PRIMARY KEY (id),
  CONSTRAINT mail_message_state_known CHECK (state IN ('waiting', 'sent', 'dead'))
);
CREATE INDEX mail_message_due ON mail_message (state, next_at);
CREATE INDEX mail_message_created_at ON mail_message (created_at);
