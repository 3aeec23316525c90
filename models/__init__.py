"""What is true: tables, words and pure rules. No I/O, no clock; time is an argument."""
