"""The consolidated report: its outline as data, its sentences, and what is put together under its headings."""
