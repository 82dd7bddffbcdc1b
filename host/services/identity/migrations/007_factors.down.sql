-- Takes second factors away; whoever had one signs in by the password alone.
DROP TABLE identity_login;
DROP TABLE identity_device;
DROP TABLE identity_backup_code;
DROP TABLE identity_factor;
