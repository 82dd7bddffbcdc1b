-- Nothing to undo: the table is the same.
CREATE INDEX fleet_vehicle_anew_undone ON fleet_vehicle (km);
DROP INDEX fleet_vehicle_anew_undone;
