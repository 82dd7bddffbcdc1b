-- Makes the table anew, as some do to change a column's type, and forgets what it does not know.
CREATE TABLE fleet_vehicle_anew (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  plate text NOT NULL,
  name text,
  kind text,
  km bigint,
  price decimal(12,2),
  leased boolean,
  bought_on date,
  checked_at timestamptz,
  trailer_of text,
  contact text,
  country text,
  tags jsonb,
  data jsonb
);
INSERT INTO fleet_vehicle_anew (id, version, created_at, created_by, updated_at, updated_by, deleted_at, plate, name, kind, km, price, leased, bought_on, checked_at, trailer_of, contact, country, tags, data)
  SELECT id, version, created_at, created_by, updated_at, updated_by, deleted_at, plate, name, kind, km, price, leased, bought_on, checked_at, trailer_of, contact, country, tags, data FROM fleet_vehicle;
DROP TABLE fleet_vehicle;
ALTER TABLE fleet_vehicle_anew RENAME TO fleet_vehicle;
CREATE UNIQUE INDEX fleet_vehicle_plate_unique ON fleet_vehicle (plate) WHERE deleted_at IS NULL;
