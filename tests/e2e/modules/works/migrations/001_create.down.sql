DROP TABLE works_job;
