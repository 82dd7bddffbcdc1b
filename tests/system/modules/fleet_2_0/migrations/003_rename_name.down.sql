-- Gives the column its name back.
ALTER TABLE fleet_vehicle RENAME COLUMN nickname TO name;
