-- Takes them away again.
DROP TABLE veil_paper;
DROP TABLE veil_thing;
DROP TABLE veil_letter;
DROP TABLE veil_vault;
DROP TABLE veil_unit;
