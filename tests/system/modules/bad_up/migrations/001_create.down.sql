-- Takes the things away again.
DROP TABLE badup_thing;
