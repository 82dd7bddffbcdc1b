-- The table of the items.
CREATE TABLE sample_item (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  name text NOT NULL,
  status text NOT NULL,
  score bigint,
  done_on date,
  notes text,
  CONSTRAINT sample_item_pk PRIMARY KEY (id),
  CONSTRAINT sample_item_score_range CHECK (score BETWEEN 0 AND 100)
);

CREATE INDEX sample_item_name ON sample_item (name, id);
