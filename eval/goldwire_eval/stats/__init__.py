"""Sums of document statistics, confidence intervals and paired tests."""
