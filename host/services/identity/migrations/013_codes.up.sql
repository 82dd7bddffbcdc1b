-- Log-ins that are half done are one-time secrets like the others; they last ten minutes, so those under way
-- begin again. And codes that are sent: what is sent again is counted with what it is for.
DROP TABLE identity_login;

ALTER TABLE identity_token ADD COLUMN codes_sent bigint NOT NULL DEFAULT 0;
