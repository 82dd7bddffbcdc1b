-- Takes companies away; what people were in them is lost, their own roles stay.
ALTER TABLE identity_session DROP COLUMN company;
DROP INDEX identity_user_department;
DROP INDEX identity_user_company;
ALTER TABLE identity_user DROP COLUMN job;
ALTER TABLE identity_user DROP COLUMN phone;
ALTER TABLE identity_user DROP COLUMN department;
ALTER TABLE identity_user DROP COLUMN company;
DROP TABLE identity_assignment;
DROP TABLE identity_department;
DROP TABLE identity_company;
