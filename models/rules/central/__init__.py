"""The central monitoring systems: one Excel in, one out, by a mapping that is data. Pure."""
