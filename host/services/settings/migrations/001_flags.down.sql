DROP TABLE settings_flag;
