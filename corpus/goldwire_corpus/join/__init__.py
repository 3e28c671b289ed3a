"""Joining of gold to the user's own copy of a text that is not shipped."""
