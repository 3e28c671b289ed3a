"""Figures as text, and as an HTML report."""
