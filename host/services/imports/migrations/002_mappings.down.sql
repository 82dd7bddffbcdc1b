-- Takes the saved mappings away; only ever run in a throw-away database.
DROP TABLE import_mapping;
