-- The vehicles; a plate may be given again once its vehicle is deleted.
CREATE TABLE fleet_vehicle (
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
  data jsonb,
  CONSTRAINT fleet_vehicle_pk PRIMARY KEY (id),
  CONSTRAINT fleet_vehicle_trailer_of_fk FOREIGN KEY (trailer_of) REFERENCES fleet_vehicle (id)
);
CREATE UNIQUE INDEX fleet_vehicle_plate_unique ON fleet_vehicle (plate) WHERE deleted_at IS NULL;
