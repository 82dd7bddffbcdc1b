-- What colour a vehicle has.
ALTER TABLE fleet_vehicle ADD COLUMN colour text;
