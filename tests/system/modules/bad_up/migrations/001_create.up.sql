-- Is no SQL.
CREATE TABLE badup_thing (id text NOT NULL,,);
