-- When the jobs of modules that come round again run next, so that a restart forgets none.
CREATE TABLE core_schedule (
  job text NOT NULL,
  module text NOT NULL,
  every_s bigint NOT NULL,
  next_at timestamptz NOT NULL,
  CONSTRAINT core_schedule_pk PRIMARY KEY (job)
);
