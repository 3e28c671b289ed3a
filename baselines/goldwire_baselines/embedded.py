"""The baselines that `goldwire bench` trains and runs: they need no extra, no network and little time."""

EMBEDDED = ("rules", "linear", "crf")
