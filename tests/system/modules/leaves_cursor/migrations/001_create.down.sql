-- Takes the things away again.
DROP TABLE leavescursor_thing;
