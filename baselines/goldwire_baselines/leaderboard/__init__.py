"""Records of systems: their figures, the predictions behind them, and the leaderboard that merges them.

`record` declares a record, `measure` runs a model, `recording` scores its predictions, `board` merges records into what
the `render_*` modules show, `verify` rescores, and `hub` writes the formats of the Hugging Face Hub.
"""
