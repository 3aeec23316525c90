"""What the charts of a report show: numbers and words, without a picture."""
