-- Takes the table of the items away again.
DROP TABLE sample_item;
