-- Allows it again.
DROP INDEX fleet_vehicle_name_unique;
