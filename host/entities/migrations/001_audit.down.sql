-- Takes the audit trail away; only ever run in a throw-away database.
DROP TABLE core_audit;
