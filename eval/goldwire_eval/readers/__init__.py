"""Predictions and gold in every supported format, read into rows."""
