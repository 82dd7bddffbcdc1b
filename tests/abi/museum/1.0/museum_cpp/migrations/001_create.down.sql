-- Takes the things of the museum away again.
DROP TABLE museum_cpp_thing;
