-- From which networks requests are taken.
CREATE TABLE identity_address_rule (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  network text NOT NULL,
  list text NOT NULL,
  applies_to text NOT NULL,
  reason text,
  until timestamptz,
  CONSTRAINT identity_address_rule_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX identity_address_rule_unique ON identity_address_rule (network, applies_to) WHERE deleted_at IS NULL;
