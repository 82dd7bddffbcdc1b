-- Makes another table than the entity needs.
CREATE TABLE badnotable_other (id text NOT NULL);
