"""What is carried to and from the central monitoring systems."""
