"""Run a model in a process of its own: its predictions, and the time and memory that they took.

The linear algebra of a process depends on the number of its threads and on the kernel that the library chooses for the
processor, in the last digit of a sum; an optimiser amplifies that until labels differ. Both are fixed here, so that a
training gives the same model on every x86-64 processor with AVX2.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from goldwire_baselines.leaderboard.record import HELD_OUT, Timing
from goldwire_baselines.process import peak_memory
from goldwire_corpus.errors import DataError, UsageError, ValidationError, data_error
from goldwire_corpus.join.copies import joined_documents
from goldwire_corpus.load import documents
from goldwire_corpus.parts import JOINED, Copies
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction

SPLITS = tuple(HELD_OUT.split("+"))
Gold = dict[str, list[Document]]


class Measured(NamedTuple):
    """Predictions by part, time and memory, and the number of parameters if the model counts them."""

    predictions: dict[str, list[Prediction]]
    timing: Timing
    parameters: int | None


def gold_of(copies: Copies) -> Gold:
    """Return the documents that models are scored on: the held-out ones, and those of each real part with a copy."""
    real = {part: joined_documents(part, copies) for part, path in zip(JOINED, copies, strict=True) if path is not None}
    return {HELD_OUT: [document for split in SPLITS for document in documents(split)], **real}


def measure(model: str, seed: int | None, copies: Copies) -> Measured:
    """Train a model on train and run it on the documents of `gold_of`, in a new process.

    Raises DataError if the model fails or its process ends, UsageError for an unknown model.
    """
    with fixed_arithmetic(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            found = pool.submit(_reported, model, seed, copies).result()
        except BrokenProcessPool:
            message = "its process ended without an answer; it may have needed more memory than there is"
            raise data_error(model, 0, "model", message) from None
    if isinstance(found, str):
        raise UsageError(found)
    if isinstance(found, list):
        raise DataError(found)
    return found


def _reported(model: str, seed: int | None, copies: Copies) -> Measured | list[ValidationError] | str:
    """Return what `_measured` does, or its errors, which would not survive the way between two processes."""
    try:
        return _measured(model, seed, copies)
    except DataError as error:
        return error.errors
    except UsageError as error:
        return str(error)


def _measured(model: str, seed: int | None, copies: Copies) -> Measured:
    from goldwire_eval.extractor import fitted, predict

    gold, train = gold_of(copies), documents("train")
    start = time.perf_counter()
    extractor = fitted(model, train, seed)
    trained = time.perf_counter()
    # What a model loads at its first prediction, such as a lexicon, does not count as its speed.
    predict(model, extractor, train[:1])
    warm = time.perf_counter()
    predictions = {part: predict(model, extractor, rows) for part, rows in gold.items()}
    spent = time.perf_counter() - warm
    parameters = getattr(extractor, "parameters", None)
    rate = float(f"{sum(map(len, gold.values())) / spent:.3g}")
    seconds, memory = getattr(extractor, "training_cost", (round(trained - start, 1), peak_memory()))
    timing = Timing(seconds, rate, memory)
    return Measured(predictions, timing, int(parameters()) if callable(parameters) else None)


@contextmanager
def fixed_arithmetic() -> Iterator[None]:
    """Set what the linear algebra of a new process reads when it is loaded."""
    fixed = {"OPENBLAS_NUM_THREADS": "1"} | ({"OPENBLAS_CORETYPE": "Haswell"} if has_avx2() else {})
    before = {name: os.environ.get(name) for name in fixed}
    os.environ.update(fixed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def has_avx2() -> bool:
    """Return whether the processor is known to have what the kernel needs; another kernel gives other last digits."""
    try:
        return "avx2" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return False
