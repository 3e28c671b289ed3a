"""What a model must offer to be run: `fit` and `predict`. And how one is found by name."""

import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import click

from goldwire_corpus.prediction import Prediction
from goldwire_corpus.schema import Document


@runtime_checkable
class Extractor(Protocol):
    """`predict` sees the text, sentences, tokens and publication date of a document; its gold layers are empty."""

    def fit(self, documents: Sequence[Document]) -> None: ...

    def predict(self, document: Document) -> Prediction: ...


BASELINES = "goldwire_baselines"


def create(name: str) -> Extractor:
    """Makes an extractor from the name of a baseline or from ``package.module:factory``.

    Raises click.UsageError where there is none of that name.
    """
    module, _, factory = name.partition(":")
    if not factory:
        names = importlib.import_module(f"{BASELINES}.cli").BASELINES
        if name not in names:
            raise click.UsageError(f"no baseline {name!r}; there are {', '.join(names)}, or package.module:factory")
        module, factory = f"{BASELINES}.{name}", "Baseline"
    elif "" not in sys.path:
        # An installed command does not look in the folder it is called from, as `python -m` does.
        sys.path.insert(0, "")
    try:
        made = getattr(importlib.import_module(module), factory)()
    except (ImportError, AttributeError) as error:
        raise click.UsageError(f"no extractor {name!r}: {error}") from None
    if not isinstance(made, Extractor):
        raise click.UsageError(f"{name!r} makes a {type(made).__name__}, which lacks fit or predict")
    return made


def blind(document: Document) -> Document:
    """The document as an extractor may see it: without any gold."""
    return Document(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text, document.sentences, document.tokens,
    )  # fmt: skip
