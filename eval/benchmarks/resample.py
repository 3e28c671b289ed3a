"""`python resample.py` prints the CPU seconds that the intervals of every metric take, in process."""

import json
import time

import numpy as np

from goldwire_eval.metrics.registry import KINDS, UNITS
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import RESAMPLES, intervals

DOCUMENTS = 1000


def main() -> None:
    units = CountsByDocument({name: kind for name, kind in KINDS.items() if UNITS[name] == "document"})
    units.rows = np.random.default_rng(5).integers(1, 50, size=(DOCUMENTS, units.width)).astype(np.float64)
    begin = time.process_time()
    found = intervals(units)
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "metrics": found.shape[1], "columns": units.width, "resamples": RESAMPLES}))


if __name__ == "__main__":
    main()
