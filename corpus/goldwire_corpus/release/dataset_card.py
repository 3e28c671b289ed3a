"""Generated parts of the dataset card: the YAML header and the tables between markers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from goldwire_corpus.errors import data_error
from goldwire_corpus.release.build import SPLITS, Manifest
from goldwire_corpus.release.configs import VIEWS
from goldwire_corpus.release.hf_features import features
from goldwire_corpus.schema.ontology import ontology

_RESERVED = frozenset("yes no on off true false null".split())


class _Quoting(yaml.SafeDumper):
    """YAML dumper that quotes all string values, so that labels such as NO stay strings in any YAML reader."""


def _quoted(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", value) and value not in _RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Quoting.add_representer(str, _quoted)


def header(manifest: Manifest, folder: str, splits: Iterable[str]) -> str:
    """Return the YAML that `datasets` reads: configurations, their files, features, and the digest of the data.

    The cache of `datasets` identifies a local folder by its configuration, not by the content of its files; the digest
    in the description gives changed data a new cache entry.
    """
    present = list(splits)
    content: dict[str, Any] = {
        "pretty_name": "Goldwire",
        "language": ["en"],
        "license": "cc-by-4.0",
        "task_categories": ["token-classification", "text-generation"],
        "tags": ["event-extraction", "named-entity-recognition", "coreference", "news", "conflict"],
        "configs": [
            {
                "config_name": config,
                **({"default": True} if config == "documents" else {}),
                "data_files": [{"split": s, "path": f"{folder}/{config}/{s}.jsonl"} for s in present],
            }
            for config in VIEWS
        ],
        "dataset_info": [
            {
                "config_name": config,
                "description": f"Goldwire {manifest.version}, digest {manifest.digest}",
                "features": features(row),
            }
            for config, (row, _) in VIEWS.items()
        ],
    }
    return f"---\n{yaml.dump(content, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=120)}---\n"


def render(current: str, manifest: Manifest, tables: Mapping[str, str]) -> str:
    """Return the card with a new header and new tables between its markers; its prose is unchanged."""
    body = re.sub(r"\A---\n.*?\n---\n", "", current, count=1, flags=re.DOTALL)
    splits = [s for s in SPLITS if f"documents/{s}.jsonl" in manifest.files]
    return header(manifest, "goldwire_corpus/data", splits) + fill(body, tables)


def fill(text: str, tables: Mapping[str, str]) -> str:
    """Replace the text between ``<!-- NAME -->`` and ``<!-- /NAME -->`` by each table.

    Raises DataError for a missing marker.
    """
    for name, table in tables.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise data_error("README.md", 0, "marker-missing", f"marker {name!r} of a generated table not found")
        text = pattern.sub(lambda m, table=table: f"{m[1]}{table}{m[2]}", text)  # type: ignore[misc]
    return text


def labels_table() -> str:
    """Return a table of entity types, values, event types and roles."""
    onto = ontology()
    rows: list[tuple[str, Mapping[str, Any]]] = [
        ("entity types", onto.entity),
        ("values", onto.value),
        ("event types", onto.event),
        ("roles", onto.role),
    ]
    lines = ["| | number | names |\n| --- | --- | --- |\n"]
    lines += [f"| {name} | {len(types)} | {', '.join(types)} |\n" for name, types in rows]
    return "".join(lines)
