"""The one kind of error that a person can put right."""


class Fault(ValueError):
    """Something is wrong that a person can mend: the message says, in Vietnamese, what, where, and what to do."""
