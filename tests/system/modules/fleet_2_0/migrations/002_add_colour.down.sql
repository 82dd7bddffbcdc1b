-- Takes the colour away again.
ALTER TABLE fleet_vehicle DROP COLUMN colour;
