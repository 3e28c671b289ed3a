"""The parts of the corpus by whose texts they have, and the user's copies of the texts that are not shipped.

Imports nothing else of the corpus, since every score needs these names and few need more.
"""

from pathlib import Path
from typing import NamedTuple

PARTS = ("worlds", "retold")
"""The parts whose texts are shipped."""
WIRE, FIELD = "wire", "field"
JOINED = (WIRE, FIELD)
"""The parts whose texts are joined from the user's copies."""


class Copies(NamedTuple):
    """Paths of the user's copies: the AP story; a clone of re3d, or the field part that was joined to one."""

    article: Path | None = None
    field: Path | None = None
