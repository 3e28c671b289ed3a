"""A trained network as a folder: weights, the form of its encoder, tokenizer, settings and what its training took."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_baselines.transformer.encoders import Encoder, wrap
from goldwire_baselines.transformer.layers import Settings
from goldwire_baselines.transformer.network import Network
from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology

VARIABLE = "GOLDWIRE_MODELS"
"""The environment variable that names the folder of trained networks."""
_VERSION = 1
"""Raised when networks trained by earlier code can no longer be used."""
_WEIGHTS, _ABOUT = "weights.safetensors", "goldwire.json"


def key(documents: Sequence[Document], **settings: Any) -> str:
    """Return the digest of all that a trained network depends on: data, ontology, encoder, seed and settings."""
    digest = hashlib.sha256(json.dumps([_VERSION, ontology().version, settings], sort_keys=True).encode())
    for document in documents:
        digest.update(msgspec.json.encode(document))
    return digest.hexdigest()[:16]


def cached(key: str) -> Path | None:
    """Return the folder of the network with this key in the folder of GOLDWIRE_MODELS; None if that is not set."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) / f"transformer-{key}" if folder else None


def save(folder: Path, network: Network, encoder: Encoder, settings: Settings, about: dict[str, Any]) -> None:
    """Write a network to a new folder, whole or not at all. Raises DataError if the folder exists."""
    from safetensors.torch import save_file

    if folder.exists():
        raise data_error(str(folder), 0, "model-exists", "the folder exists; expected a new one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".transformer-", dir=folder.parent))
    try:
        encoder.model.config.save_pretrained(made)
        encoder.tokenizer.save_pretrained(made)
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}, made / _WEIGHTS
        )
        settled = {"version": _VERSION, "ontology": ontology().version, "settings": settings._asdict(), **about}
        (made / _ABOUT).write_text(json.dumps(settled, indent=2) + "\n", encoding="utf-8")
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(folder: Path) -> tuple[Network, Encoder, Settings, dict[str, Any]]:
    """Read a network that `save` wrote. Raises DataError if it is incomplete or of another version."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        found = about["version"], about["ontology"]
        if found != (_VERSION, ontology().version):
            raise ValueError(f"version and ontology {found}; expected {(_VERSION, ontology().version)}")
        settings = Settings(**about["settings"])
        model = AutoModel.from_config(AutoConfig.from_pretrained(folder))
        encoder = wrap(model, AutoTokenizer.from_pretrained(folder, use_fast=True, add_prefix_space=True))
        network = Network(model, settings)
        network.load_state_dict(load_file(folder / _WEIGHTS))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        message = f"no trained network of this version: {error}; delete the folder to train anew"
        raise data_error(str(folder), 0, "model-invalid", message) from None
    return network.to("cuda" if torch.cuda.is_available() else "cpu").eval(), encoder, settings, about
