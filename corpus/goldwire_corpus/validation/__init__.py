"""The checks of the source: errors and warnings."""
