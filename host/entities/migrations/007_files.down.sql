-- Takes the files of records away; only ever run in a throw-away database.
DROP TABLE core_file;
