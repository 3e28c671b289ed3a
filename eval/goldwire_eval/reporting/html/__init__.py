"""The report of a score as one self-contained HTML page."""
