-- Deliveries of events that must not be lost, and the log of what triggers did.
CREATE TABLE core_outbox (
  id text NOT NULL,
  event_id text NOT NULL,
  event text NOT NULL,
  subscriber text NOT NULL,
  ordering_key text NOT NULL,
  payload jsonb NOT NULL,
  actor jsonb NOT NULL,
  state text NOT NULL,
  attempts bigint NOT NULL,
  next_at timestamptz NOT NULL,
  last_error text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  CONSTRAINT core_outbox_pk PRIMARY KEY (id),
  CONSTRAINT core_outbox_state CHECK (state IN ('pending', 'running', 'done', 'dead'))
);

-- The dispatcher asks each subscriber for what is due.
CREATE INDEX core_outbox_due ON core_outbox (state, subscriber, next_at, id);

-- Old done rows are removed by this, dead ones are listed by it.
CREATE INDEX core_outbox_finished ON core_outbox (state, finished_at);

CREATE TABLE core_trigger_run (
  id text NOT NULL,
  event_id text NOT NULL,
  event text NOT NULL,
  trigger_name text NOT NULL,
  module text NOT NULL,
  state text NOT NULL,
  attempt bigint NOT NULL,
  duration_ms bigint NOT NULL,
  instructions bigint NOT NULL,
  memory_bytes bigint NOT NULL,
  error jsonb,
  log jsonb NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT core_trigger_run_pk PRIMARY KEY (id),
  CONSTRAINT core_trigger_run_state CHECK (state IN ('done', 'failed', 'dead'))
);

CREATE INDEX core_trigger_run_module ON core_trigger_run (module, id);
