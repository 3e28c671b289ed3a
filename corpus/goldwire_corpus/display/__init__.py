"""Display of a document in the terminal or as an HTML page."""
