"""The floor for the scorer: `python decode.py GOLD PRED [keep]` decodes both files with the types that the scorer uses,
the garbage collector off, and drops every row or keeps them all."""

import gc
import sys
from pathlib import Path

import msgspec

from goldwire_corpus.schema.prediction import Prediction


class Gold(Prediction, kw_only=True, forbid_unknown_fields=False):
    """A gold row, as the scorer reads it."""


def main() -> None:
    gc.disable()
    keep = "keep" in sys.argv[3:]
    kept = []
    rows = 0
    for path, type_ in zip(sys.argv[1:3], (Gold, Prediction), strict=True):
        decoder = msgspec.json.Decoder(type_)
        with Path(path).open("rb") as file:
            for line in file:
                row = decoder.decode(line)
                rows += 1
                if keep:
                    kept.append(row)
    print(f'{{"rows": {rows}}}')


if __name__ == "__main__":
    main()
