"""Annexes as data: their cells, marks, layout and relations."""
