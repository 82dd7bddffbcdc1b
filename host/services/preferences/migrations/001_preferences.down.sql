-- Takes preferences away; only ever run in a throw-away database.
DROP TABLE core_preference;
