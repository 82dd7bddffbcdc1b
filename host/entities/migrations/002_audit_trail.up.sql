-- The audit trail says from which device and with what result, is searched by those who have to answer for it, and its newest and its removed rows are vouched for by a signed mark.
ALTER TABLE core_audit ADD COLUMN session_id text;
ALTER TABLE core_audit ADD COLUMN user_agent text;
ALTER TABLE core_audit ADD COLUMN result text;
ALTER TABLE core_audit ADD COLUMN reason text;
CREATE INDEX core_audit_at_ix ON core_audit (at, id);
CREATE INDEX core_audit_actor_ix ON core_audit (actor_id, at, id);
CREATE INDEX core_audit_action_ix ON core_audit (action, at, id);
CREATE INDEX core_audit_address_ix ON core_audit (address, at, id);
CREATE INDEX core_audit_entity_ix ON core_audit (entity, at, id);
CREATE TABLE core_audit_mark (
  name text NOT NULL,
  seq bigint NOT NULL,
  hash text NOT NULL,
  at timestamptz NOT NULL,
  removed bigint NOT NULL,
  mac text NOT NULL,
  CONSTRAINT core_audit_mark_pk PRIMARY KEY (name)
);
