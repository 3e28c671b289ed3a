"""Checks of the source: errors and warnings."""
