-- Takes the studies away.
DROP TABLE dossier_study;
