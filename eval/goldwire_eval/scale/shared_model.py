"""One fitted model for all workers: fitted once, by one of them, and stored beside the outputs.

Fitting takes minutes for some models, and a worker that replaces one that died would pay it again; a model whose fit
is not deterministic would differ from worker to worker, and from a run to its resumption. Stored beside the outputs, it
does not pass through the scheduler of a cluster, and is fitted on a machine of the kind that runs it. A model that
cannot be pickled is fitted by each process that runs it.
"""

import pickle
import sys
import traceback

from goldwire_corpus.errors import data_error
from goldwire_corpus.load import documents
from goldwire_eval.extractor import Extractor, factory, fitted
from goldwire_eval.scale.output_folder import OutputFolder

_held: dict[tuple[str, str], Extractor] = {}
"""The model of this process by folder and name; only the last one is kept."""


def fit_and_store(folder: OutputFolder, name: str) -> bool:
    """Fit a model and store it in the folder; return whether it could be pickled. Raises the errors of `fitted`."""
    extractor = _keep(folder, name, fitted(name, documents("train")))
    try:
        content = pickle.dumps(extractor, pickle.HIGHEST_PROTOCOL)
        pickle.loads(content)
    except Exception:
        # Whatever a model holds decides what is raised: TypeError, AttributeError, PicklingError or its own error.
        return False
    folder.write(folder.model, content)
    return True


def shared_model(folder: OutputFolder, name: str) -> Extractor:
    """Return the fitted model of this process, loaded from the folder or else fitted. Raises the errors of `fitted`."""
    if (held := _held.get((folder.url, name))) is not None:
        return held
    # Makes models of the current folder importable.
    factory(name)
    content = folder.read(folder.model)
    if content is None:
        return _keep(folder, name, fitted(name, documents("train")))
    try:
        extractor: Extractor = pickle.loads(content)
    except Exception as error:
        sys.stderr.write(traceback.format_exc())
        message = f"the stored model cannot be loaded: {type(error).__name__}: {error}"
        raise data_error(folder.model, 0, "model", message) from None
    return _keep(folder, name, extractor)


def _keep(folder: OutputFolder, name: str, extractor: Extractor) -> Extractor:
    _held.clear()
    _held[folder.url, name] = extractor
    return extractor
