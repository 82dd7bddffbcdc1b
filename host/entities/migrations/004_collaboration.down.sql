-- Takes comments, marks and tags away; only ever run in a throw-away database.
DROP TABLE core_reaction;
DROP TABLE core_comment;
DROP TABLE core_tag;
DROP TABLE core_mark;
