-- Takes the things away again.
DROP TABLE badlua_thing;
