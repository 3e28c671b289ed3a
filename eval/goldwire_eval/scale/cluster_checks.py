"""What a Dask cluster must have before anything runs on it: the same version of Goldwire on every worker."""

import pkgutil
from typing import Any

from goldwire_corpus import __version__
from goldwire_corpus.errors import data_error


def check_versions(client: Any) -> None:
    """Raise DataError for the first worker without Goldwire or with another version than this process."""
    # A function of the standard library: one of this package could not be loaded by a worker that lacks it.
    found = client.run(pkgutil.resolve_name, "goldwire_corpus:__version__", on_error="return")
    for worker, version in sorted(found.items()):
        if isinstance(version, ImportError):
            message = f"the worker has no Goldwire: {version}; install goldwire[scale]=={__version__} on all workers"
            raise data_error(worker, 0, "cluster-worker", message)
        if version != __version__:
            shown = version if isinstance(version, str) else f"unknown: {version}"
            message = f"the worker has Goldwire {shown}, this process {__version__}; install the same version on both"
            raise data_error(worker, 0, "cluster-version", message)
