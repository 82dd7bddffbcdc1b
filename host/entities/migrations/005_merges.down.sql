-- Takes the notes on merges and locks away; only ever run in a throw-away database.
DROP TABLE core_lock;
DROP TABLE core_merge;
