"""Keys of gold rows in which other tools keep their annotations; they are not read."""

from itertools import islice
from pathlib import Path

import msgspec

from goldwire_eval.readers.stream import lines

TOOLS = {
    "entities": "spaCy",
    "spans": "Prodigy",
    "annotations": "Label Studio",
    "ner": "DyGIE",
    "ner_tags": "Hugging Face",
}
_ROWS = 100


def foreign_keys(path: Path) -> list[str]:
    """Return the keys of the first rows of a file of JSON Lines that hold annotations of another tool.

    Returns nothing for a folder or for a file of another kind.
    """
    found: dict[str, None] = {}
    try:
        for _, line in islice(lines(path), _ROWS):
            row = msgspec.json.decode(line)
            found |= dict.fromkeys(key for key in TOOLS if key in row)
    except Exception:  # whatever is wrong with the file has been reported where it was read
        return []
    return list(found)
