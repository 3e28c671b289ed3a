"""What the model is asked and how its answer is read. There are two layouts, `full` and `compact`."""

from typing import Any, Protocol

from goldwire_baselines.llm import compact, full
from goldwire_baselines.llm.items import Grounding, Items
from goldwire_corpus.schema.document import Document


class Layout(Protocol):
    """A module with the instructions, the schema of an answer, the gold as an answer, and the reading of answers.

    `KEYS` are the keys by which an answer is recognised. `most` is the longest list that a schema allows, 0 for any.
    """

    @property
    def KEYS(self) -> tuple[str, ...]: ...  # noqa: N802 - a constant of a module

    def instructions(self) -> str: ...

    def schema(self, most: int) -> dict[str, Any]: ...

    def target(self, document: Document) -> str: ...

    def read(self, answer: dict[str, Any], document: Document, grounding: Grounding) -> Items: ...


LAYOUTS: dict[str, Layout] = {"full": full, "compact": compact}
