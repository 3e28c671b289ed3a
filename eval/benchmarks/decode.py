"""The floor of any scorer of ours: `python decode.py GOLD PRED` decodes both files with the types that the scorer uses,
the garbage collector off, and keeps no row."""

import gc
import sys
from pathlib import Path

import msgspec

from goldwire_corpus.prediction import Prediction


class Gold(Prediction, kw_only=True, forbid_unknown_fields=False):
    """A gold row, as the scorer reads it."""


def main() -> None:
    gc.disable()
    rows = 0
    for path, type_ in zip(sys.argv[1:3], (Gold, Prediction), strict=True):
        decoder = msgspec.json.Decoder(type_)
        with Path(path).open("rb") as file:
            for line in file:
                decoder.decode(line)
                rows += 1
    print(f'{{"rows": {rows}}}')


if __name__ == "__main__":
    main()
