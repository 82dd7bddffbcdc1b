-- Drops the table of another module, where there is one: in the probe there is none.
CREATE TABLE badsqlother_own (id text NOT NULL);
DROP TABLE IF EXISTS fleet_vehicle;
