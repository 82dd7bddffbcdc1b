DROP TABLE identity_address_rule;
