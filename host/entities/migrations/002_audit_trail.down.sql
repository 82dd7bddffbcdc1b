-- Takes the marks, the indexes and the columns away; only ever run in a throw-away database.
DROP TABLE core_audit_mark;
DROP INDEX core_audit_entity_ix;
DROP INDEX core_audit_address_ix;
DROP INDEX core_audit_action_ix;
DROP INDEX core_audit_actor_ix;
DROP INDEX core_audit_at_ix;
ALTER TABLE core_audit DROP COLUMN reason;
ALTER TABLE core_audit DROP COLUMN result;
ALTER TABLE core_audit DROP COLUMN user_agent;
ALTER TABLE core_audit DROP COLUMN session_id;
