-- Takes the things away again.
DROP TABLE badlate_thing;
