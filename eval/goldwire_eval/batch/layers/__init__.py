"""Builders of the tables of each layer."""
