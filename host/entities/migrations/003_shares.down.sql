-- Takes shares and numbering away; only ever run in a throw-away database.
DROP TABLE core_sequence;
DROP TABLE core_share;
