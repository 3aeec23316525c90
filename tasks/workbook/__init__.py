"""The form as a workbook: written, read back, marked."""
