"""`make demo`: a quarter of Điện Biên in compressed time. Real parts; only the agencies are played."""
