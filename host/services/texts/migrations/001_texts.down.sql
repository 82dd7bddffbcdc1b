DROP TABLE core_text;
