-- Takes the visits away.
DROP TABLE quay_visit;
