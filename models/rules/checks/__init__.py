"""A filled form against the form that was sent."""
