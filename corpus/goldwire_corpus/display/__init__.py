"""A document shown in the terminal or as an HTML page."""
