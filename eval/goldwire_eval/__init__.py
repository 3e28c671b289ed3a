"""The Goldwire scorer: reads predictions, grounds them, counts, and does the statistics."""
