-- Takes the things away again.
DROP TABLE badtable_thing;
