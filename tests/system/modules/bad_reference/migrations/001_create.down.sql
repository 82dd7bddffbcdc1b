-- Takes the things away again.
DROP TABLE badreference_thing;
