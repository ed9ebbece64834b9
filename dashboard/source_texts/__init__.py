"""Strings of the list of what can be shown."""
