"""Files of the parts whose texts are not shipped: stand-off in the built data, and a part joined by the user."""

from collections.abc import Sequence
from pathlib import Path

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.join.cut import Joined
from goldwire_corpus.parts import JOINED
from goldwire_corpus.release.build import DATA_VERSION, Files, render, write_data
from goldwire_corpus.release.dataset_card import header


def stand_off(root: Path) -> Files:
    """Return the shipped files of the joined parts by their paths below `data/`."""
    paths = [path for part in JOINED for path in sorted((root / part).glob("*")) if path.is_file()]
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in paths}


def write_joined(part: str, joined: Sequence[Joined], missing: int, out: Path) -> None:
    """Write a joined part to `out` in the layout of the shipped data, for `load_dataset(out)`.

    `missing` is the number of its documents that were left out whole.
    """
    partial = "-partial" if missing or any(one.left_out for one in joined) else ""
    files = render([(part, one.document) for one in joined])
    manifest = write_data(files, out / "data", version=DATA_VERSION + partial)
    write_atomic(out / "README.md", header(manifest, "data", [part]))
