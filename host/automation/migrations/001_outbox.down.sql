-- Deliveries that are still open are lost with the tables.
DROP TABLE core_trigger_run;
DROP TABLE core_outbox;
