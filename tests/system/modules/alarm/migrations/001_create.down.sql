-- Takes the things away again.
DROP TABLE alarm_thing;
