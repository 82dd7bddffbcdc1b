-- The running version reads "name", so it cannot run beside this: hence "exclusive" in the manifest.
ALTER TABLE fleet_vehicle RENAME COLUMN name TO nickname;
