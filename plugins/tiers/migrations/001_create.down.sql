-- Takes the directory of third parties away again; what refers to companies goes first.
DROP TABLE tiers_affiliation;
DROP TABLE tiers_contact;
DROP TABLE tiers_company;
