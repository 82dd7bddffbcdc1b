-- Takes the notes on imports away; only ever run in a throw-away database.
DROP TABLE import_row;
DROP TABLE import_run;
