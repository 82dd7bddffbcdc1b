-- Copies what is known about others.
CREATE TABLE badsqlread_own (id text NOT NULL);
INSERT INTO badsqlread_own SELECT owner FROM core_migration;
