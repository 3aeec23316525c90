"""When: the steps of a reporting cycle as Prefect flows, and the command line."""
