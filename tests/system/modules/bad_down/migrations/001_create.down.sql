-- Forgets the table and takes the index away only.
DROP INDEX baddown_thing_name;
