DROP TABLE pennant_note;
