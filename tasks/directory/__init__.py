"""The directory as the desk keeps it: people, rounds of confirming, telephone calls."""
