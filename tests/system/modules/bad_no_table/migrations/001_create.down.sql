-- Takes it away again.
DROP TABLE badnotable_other;
