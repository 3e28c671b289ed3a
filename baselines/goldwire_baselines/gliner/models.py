"""GLiNER and GLiNER2 models by name behind one interface: scored spans of a text by entity type.

GLiNER (Zaratiana et al. 2024, package `gliner`) and GLiNER2 (Zaratiana et al. 2025, package `gliner2`) score the spans
of a text against labels in words. The labels of GLiNER are the first clauses of the definitions of our types; GLiNER2
gets the name of each type with its whole definition.
"""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from goldwire_baselines.phrases import brief
from goldwire_corpus.errors import UsageError
from goldwire_corpus.schema.ontology import ontology

VARIABLE = "GOLDWIRE_GLINER"
"""The environment variable that names the model of baseline `gliner`."""
DEFAULT = "urchade/gliner_medium-v2.1"
WORDS = 384
"""Words of a text that a model reads if its configuration has no limit; what is beyond is cut off."""
_OWN_FILE = "gliner_config.json"
"""The file that a folder with a GLiNER model has and one with a GLiNER2 model has not."""


class Scored(NamedTuple):
    """A span ``[start, end)`` of a text with its entity type and the model's score between 0 and 1."""

    start: int
    end: int
    type: str
    score: float


class Model(Protocol):
    limit: int
    """Most words of a text."""

    def spans(self, text: str, threshold: float) -> list[Scored]:
        """Return the spans of a text whose score is at least the threshold; they may nest."""


class Gliner:
    """A model of the package `gliner`."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.limit = getattr(model.config, "max_len", None) or WORDS
        self.types = {brief(entity.definition): type_ for type_, entity in ontology().entity.items()}

    def spans(self, text: str, threshold: float) -> list[Scored]:
        found = self.model.predict_entities(text, list(self.types), flat_ner=False, threshold=threshold)
        return [Scored(e["start"], e["end"], self.types[e["label"]], float(e["score"])) for e in found]


class Gliner2:
    """A model of the package `gliner2`."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.limit = getattr(model.config, "max_len", None) or WORDS
        self.definitions = {type_: entity.definition for type_, entity in ontology().entity.items()}

    def spans(self, text: str, threshold: float) -> list[Scored]:
        found = self.model.extract_entities(
            text, self.definitions, threshold=threshold, include_confidence=True, include_spans=True
        )
        by_type: Mapping[str, list[dict[str, Any]]] = found["entities"]
        scored = [
            Scored(e["start"], e["end"], type_, float(e["confidence"])) for type_, some in by_type.items() for e in some
        ]
        # It adds a full stop to a text without one, which may be part of a span.
        return [s for s in scored if s.end <= len(text)]


def load(name: str) -> Model:
    """Load a model by its name on the Hugging Face hub or the path of a folder.

    A folder without `gliner_config.json`, and a name with "gliner2", is a GLiNER2 model. Raises UsageError if the
    package of the model is not installed, the name is unknown, or the hub cannot be reached.
    """
    folder = Path(name)
    second = not (folder / _OWN_FILE).exists() if folder.is_dir() else "gliner2" in name.lower()
    package = "gliner2" if second else "gliner"
    missing = [needed for needed in (package, "torch") if importlib.util.find_spec(needed) is None]
    if missing:
        raise UsageError(f"the model {name!r} needs {' and '.join(missing)}; run pip install 'goldwire[gliner]'")
    try:
        return Gliner2(_second(name)) if second else Gliner(_first(name))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UsageError(
            f"no {package} model {name!r}: {reason} Expected in {VARIABLE} the name of a model on the Hugging Face "
            "hub, which must be reachable, or a folder with a model"
        ) from None


def _first(name: str) -> Any:
    from gliner import GLiNER

    return GLiNER.from_pretrained(name, map_location=_device())


def _second(name: str) -> Any:
    from gliner2 import AutoExtractor

    return AutoExtractor.from_pretrained(name).to(_device())


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def chosen(name: str | None) -> str:
    """Return the name of the model: the given one, or that of the environment, or the default."""
    return name or os.environ.get(VARIABLE) or DEFAULT
