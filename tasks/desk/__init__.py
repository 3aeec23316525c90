"""The desk: accounts, sessions, who follows what, work lists."""
