-- Takes its own table away again.
DROP TABLE badsqlread_own;
