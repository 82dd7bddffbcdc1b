DROP TABLE core_custom_field;
