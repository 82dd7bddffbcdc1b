-- Takes its own table away again.
DROP TABLE badsqlcore_own;
