-- Takes the history of settings away; only ever run in a throw-away database.
DROP TABLE core_setting_change;
