-- Takes the module tables away; only ever run in a throw-away database.
DROP TABLE core_module_setting;
DROP TABLE core_module_operation;
DROP TABLE core_module_plan;
DROP TABLE core_module_version;
DROP TABLE core_module;
