"""Goldwire: score, compare and validate event and entity extraction."""
