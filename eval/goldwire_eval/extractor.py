"""What a model must offer to be run: `fit` and `predict`. How one is found by name, and run."""

import importlib
import inspect
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

import msgspec

from goldwire_corpus.errors import DataError, UsageError, data_error
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GivenLayer, Prediction
from goldwire_eval.given import checked, in_order, with_given


@runtime_checkable
class Extractor(Protocol):
    """`predict` sees the text, sentences, tokens and publication date of a document; its gold layers are empty.

    An extractor that can start from gold lists the layers in an attribute `uses`, for example ("mentions", "triggers");
    the document then holds those that are asked for (`goldwire_eval.given`).
    """

    def fit(self, documents: Sequence[Document]) -> None: ...

    def predict(self, document: Document) -> Prediction: ...


@runtime_checkable
class Preparing(Protocol):
    """An extractor that first gets all documents that it will predict, such as to ask a server for several at once."""

    def prepare(self, documents: Sequence[Document]) -> None: ...


GROUP = "goldwire.extractors"
"""The entry points under which a package offers extractors by a short name, as the embedded baselines do."""


def locate(name: str) -> tuple[str, str]:
    """Return module and attribute of an extractor: of the entry point of this name, or of ``package.module:factory``.

    Makes modules of the current folder importable. Raises UsageError for an unknown name.
    """
    module, _, attribute = name.partition(":")
    if not attribute:
        offered = {point.name: point.value for point in entry_points(group=GROUP)}
        if name not in offered:
            raise UsageError(f"unknown model {name!r}; expected one of {', '.join(sorted(offered))}, "
                             "or package.module:factory")  # fmt: skip
        module, _, attribute = offered[name].partition(":")
    elif "" not in sys.path:
        # An installed command does not look in the folder it is called from, as `python -m` does.
        sys.path.insert(0, "")
    return module, attribute


def factory(name: str) -> Callable[..., object]:
    """Return what makes an extractor by its name. Raises UsageError for an unknown name or module."""
    module, attribute = locate(name)
    try:
        made: Callable[..., object] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"no extractor {name!r}: {error}") from None
    return made


def create(name: str, seed: int | None = None) -> Extractor:
    """Make an extractor by its name; `seed` is passed to a factory that takes it, as what is random does.

    Raises UsageError for an unknown name, and DataError if it cannot be made.
    """
    make = factory(name)
    with _blamed(name, "cannot be made"):
        made = make(seed=seed) if seed is not None and takes_seed(make) else make()
    if not isinstance(made, Extractor):
        raise UsageError(f"{name!r} makes a {type(made).__name__}, which lacks fit or predict")
    return made


def takes_seed(make: Callable[..., object]) -> bool:
    """Return whether a factory has a parameter `seed`, by which a model declares that it is random."""
    try:
        return "seed" in inspect.signature(make).parameters
    except (TypeError, ValueError):
        return False


def fitted(name: str, train: Sequence[Document], seed: int | None = None) -> Extractor:
    """Make an extractor by its name and fit it. Raises the errors of `create`, and DataError if it cannot be fitted."""
    extractor = create(name, seed)
    _fit(name, extractor, train)
    return extractor


def _fit(name: str, extractor: Extractor, train: Sequence[Document]) -> None:
    with _blamed(name, "fit failed"):
        extractor.fit(train)


def run(
    name: str, train: Sequence[Document], documents: Sequence[Document], given: Iterable[str] = ()
) -> list[Prediction]:
    """Return the predictions of the extractor of this name, as they would be read from a file.

    `given` are layers of gold that `predict` sees, which the predictions then name. Raises DataError if the model fails
    or returns something else than a prediction, UsageError if it cannot use a given layer.
    """
    extractor = create(name)
    layers = checked(name, extractor, given)
    _fit(name, extractor, train)
    return predict(name, extractor, documents, layers)


def predict(
    name: str, extractor: Extractor, documents: Sequence[Document], given: frozenset[str] = frozenset()
) -> list[Prediction]:
    """Return the predictions of a fitted extractor. Errors as for `run`."""
    seen = [with_given(document, given) if given else blind(document) for document in documents]
    if isinstance(extractor, Preparing):
        with _blamed(name, "prepare failed"):
            extractor.prepare(seen)
    predictions = []
    for document in seen:
        with _blamed(name, f"predict failed on {document.id}"):
            made = extractor.predict(document)
        prediction = read_prediction(name, document.id, made)
        prediction.given = msgspec.convert(in_order(given), list[GivenLayer]) or None
        predictions.append(prediction)
    return predictions


@contextmanager
def _blamed(name: str, what: str) -> Iterator[None]:
    """Print the trace of a model's own error, which its author needs, and raise DataError."""
    try:
        yield
    except (DataError, UsageError):
        raise
    except Exception as error:
        trace = error.__traceback__
        for _ in ("this frame", "that of the caller"):
            trace = trace and trace.tb_next
        sys.stderr.write("".join(traceback.format_exception(type(error), error, trace)))
        raise data_error(name, 0, "model", f"{what}: {type(error).__name__}: {error}") from None


def read_prediction(name: str, id: str, made: object) -> Prediction:
    """Return a model's prediction, given as a Prediction or a mapping of its form; NumPy numbers are accepted.

    Raises DataError if it is neither.
    """
    try:
        # The encoder of msgspec would write null for NaN and infinity.
        written = json.dumps(msgspec.to_builtins(made, enc_hook=_number), allow_nan=False)
        return msgspec.json.decode(written, type=Prediction)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        message = f"{id}: predict must return a Prediction or a mapping in its form: {error}"
        raise data_error(name, 0, "prediction", message) from None


def _number(value: Any) -> Any:
    if type(value).__module__ == "numpy" and not getattr(value, "shape", None):
        return value.item()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def blind(document: Document) -> Document:
    """Return the document as an extractor may see it: without gold."""
    return Document(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text, document.sentences, document.tokens,
    )  # fmt: skip
