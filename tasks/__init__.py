"""How the world is touched: database, workbooks, Word, mail. Plain functions; flows decide when."""
