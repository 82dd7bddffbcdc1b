-- Raises its own trust.
CREATE TABLE badsqlcore_own (id text NOT NULL);
UPDATE core_module SET trust = 'core';
