-- Takes its own table away again.
DROP TABLE badsqlother_own;
