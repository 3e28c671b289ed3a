"""Goldwire from Python: score, compare and validate event and entity extraction, load the corpus, run a model.

>>> import goldwire as gw
>>> scores = gw.score("my.jsonl", split="test")  # doctest: +SKIP
>>> scores["mention.exact"].f1  # doctest: +SKIP

Everything is loaded when it is first used, so that the import itself takes milliseconds.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.answers import read_answers
    from goldwire.interface import compare, load, run, score, validate
    from goldwire_baselines.leaderboard.presentation import leaderboard
    from goldwire_corpus.errors import DataError, UsageError, ValidationError
    from goldwire_eval.comparison import Comparison, Difference
    from goldwire_eval.results import Score, Scores

__all__ = [
    "Comparison", "DataError", "Difference", "Score", "Scores", "UsageError", "ValidationError", "compare",
    "leaderboard", "load", "read_answers", "run", "score", "validate",
]  # fmt: skip
_HOMES = {
    "goldwire.answers": ("read_answers",),
    "goldwire.interface": ("compare", "load", "run", "score", "validate"),
    "goldwire_baselines.leaderboard.presentation": ("leaderboard",),
    "goldwire_corpus.errors": ("DataError", "UsageError", "ValidationError"),
    "goldwire_eval.comparison": ("Comparison", "Difference"),
    "goldwire_eval.results": ("Score", "Scores"),
}


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(module), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'goldwire' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
