"""The ways to reach a person. docs/channels.md says how one is added; tasks.channels.registry lists them."""
