"""Documents of the secretariat: letters, slips, the report and its annexes."""
