"""The number of a receipt: short enough to be read out over the telephone, the same on the page and in the mail."""


def receipt_number(submission_id: int, agency_code: str) -> str:
    """The receipt's number of an accepted version: 0057/SNV."""
    return f"{submission_id:04d}/{agency_code}"
