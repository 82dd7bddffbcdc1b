DROP TABLE core_likeness_state;
DROP TABLE core_likeness;
