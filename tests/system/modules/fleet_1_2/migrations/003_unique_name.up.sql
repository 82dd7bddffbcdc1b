-- Fails on data that has a name twice.
CREATE UNIQUE INDEX fleet_vehicle_name_unique ON fleet_vehicle (name);
