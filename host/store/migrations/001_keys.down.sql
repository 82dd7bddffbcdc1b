-- What the keys sealed is lost with them.
DROP TABLE core_key;
