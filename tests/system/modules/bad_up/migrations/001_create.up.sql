-- Is no SQL.
CREATE TABEL badup_thing (id text);
