"""The secretariat's desk: pages behind a login."""
