"""From each number of a report to the rows it was counted from."""
