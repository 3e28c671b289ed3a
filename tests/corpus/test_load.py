"""Rows of `datasets` equal the rows of the JSON, in a checkout and in the package."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ROOT, ids, run
from datasets import load_dataset

import goldwire_corpus
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import DATA, data_signature
from goldwire_corpus.release.build import SPLITS, Manifest
from goldwire_corpus.release.configs import VIEWS
from goldwire_corpus.schema.ontology import ontology


def _json(config: str, split: str) -> list[dict[str, Any]]:
    lines = (DATA / config / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _plain(rows: Any) -> Any:
    """Return the rows with dates as ISO strings and class ids as their labels."""
    plain = json.loads(json.dumps(list(rows), default=str))
    if "tags" in rows.features:
        labels = rows.features["tags"].feature.names
        plain = [{**row, "tags": [labels[tag] for tag in row["tags"]]} for row in plain]
    return plain


@pytest.mark.parametrize("config", VIEWS)
def test_rows_of_a_checkout_equal_the_json(config: str, tmp_path: Path) -> None:
    loaded = load_dataset(str(ROOT / "corpus"), config, cache_dir=str(tmp_path))
    assert set(loaded) == set(SPLITS)
    for split in SPLITS:
        assert _plain(loaded[split]) == _json(config, split)


@pytest.mark.slow
@pytest.mark.parametrize("config", VIEWS)
def test_rows_of_the_package_equal_the_json_and_the_features_of_the_card(config: str, tmp_path: Path) -> None:
    ours = goldwire_corpus.load(config)
    theirs = load_dataset(str(ROOT / "corpus"), config, cache_dir=str(tmp_path))
    for split in SPLITS:
        assert _plain(ours[split]) == _json(config, split)
        assert ours[split].features == theirs[split].features


def test_documents_is_the_default(tmp_path: Path) -> None:
    loaded = load_dataset(str(ROOT / "corpus"), cache_dir=str(tmp_path))
    assert "mentions" in loaded["test"].features


@pytest.mark.parametrize(("config", "split"), [("nosuch", "test"), ("ner", "nosuch")])
def test_unknown_configuration_or_split_is_an_error(config: str, split: str) -> None:
    with pytest.raises(UsageError, match=r"unknown (configuration|split) 'nosuch'; expected one of"):
        goldwire_corpus.load(config, split)


def _empty(tmp_path: Path) -> Path:
    for config in VIEWS:
        (tmp_path / config).mkdir()
        (tmp_path / config / "test.jsonl").write_text("")
    return tmp_path


@pytest.mark.parametrize("make", [lambda path: path, lambda path: path / "nosuch", _empty], ids=["none", "no", "empty"])
def test_missing_and_empty_data_are_errors(make: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = make(tmp_path)
    result = run("corpus", "stats", "--data", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[data-missing]" in result.stderr
    with pytest.raises(DataError) as error:
        goldwire_corpus.load("ner", data=folder)
    assert ids(error) == ["data-missing"]


def test_manifest_has_the_digest_of_each_file() -> None:
    import hashlib

    manifest = msgspec.json.decode((DATA / "manifest.json").read_bytes(), type=Manifest)
    for name, (rows, digest) in manifest.files.items():
        content = (DATA / name).read_bytes()
        assert content.count(b"\n") == rows
        assert hashlib.sha256(content).hexdigest() == digest
    assert data_signature() == f"{manifest.version}#{manifest.digest[:8]}"


def test_every_row_has_the_canary() -> None:
    canary = ontology().canary
    for config in VIEWS:
        for split in SPLITS:
            assert all(row["canary"] == canary for row in _json(config, split))


def test_no_world_is_in_two_splits() -> None:
    worlds: dict[str, str] = {}
    for split in SPLITS:
        for row in _json("documents", split):
            assert worlds.setdefault(row["world"], split) == split


def test_tags_are_class_ids() -> None:
    ner = goldwire_corpus.load("ner", split="train")
    labels = ner.features["tags"].feature.names
    assert labels[:3] == ["O", "B-PER", "I-PER"]
    assert len(labels) == len(set(labels)) == 1 + 2 * len(ontology().entity)
    row = next(row for row in ner if any(row["tags"]))
    assert {type(tag) for tag in row["tags"]} == {int}


def test_tokenise_and_align() -> None:
    """As in the token classification tutorial of Hugging Face, only the first piece of a word has its tag."""
    tokenizers = pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")
    ner = goldwire_corpus.load("ner", split="train")
    labels = ner.features["tags"].feature.names
    # Words are split into pieces of four letters, so that pieces and words differ.
    words = {word for row in ner for word in row["tokens"]}
    pieces = {word[:4] for word in words} | {f"##{word[i : i + 4]}" for word in words for i in range(4, len(word), 4)}
    vocabulary = {piece: i for i, piece in enumerate(["[UNK]", "[CLS]", "[SEP]", *sorted(pieces)])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))

    def tokenize_and_align_labels(row: dict[str, Any]) -> dict[str, Any]:
        encoded = tokenizer.encode(row["tokens"], is_pretokenized=True)
        aligned, previous = [], None
        for word in encoded.word_ids:
            aligned.append(-100 if word is None or word == previous else row["tags"][word])
            previous = word
        return {"input_ids": encoded.ids, "labels": aligned}

    aligned = ner.map(tokenize_and_align_labels)
    for row in aligned:
        assert len(row["input_ids"]) == len(row["labels"])
        assert [labels[tag] for tag in row["labels"] if tag != -100] == [labels[tag] for tag in row["tags"]]
        assert (row["labels"][0], row["labels"][-1]) == (-100, -100)
    assert any(len(row["input_ids"]) > len(row["tokens"]) + 2 for row in aligned)


def test_tags_agree_with_the_named_mentions() -> None:
    from seqeval.metrics.sequence_labeling import get_entities

    documents = {row["id"]: row for split in SPLITS for row in _json("documents", split)}
    for split in SPLITS:
        found: dict[str, int] = {}
        for row in _json("ner", split):
            assert len(row["tokens"]) == len(row["tags"])
            found[row["document"]] = found.get(row["document"], 0) + len(get_entities(row["tags"]))
        for name, number in found.items():
            named = [m for m in documents[name]["mentions"] if m["level"] == "NAM"]
            outer = [
                m for m in named
                if not any(o is not m and o["start"] <= m["start"] and m["end"] <= o["end"] for o in named)
            ]  # fmt: skip
            assert number == len(outer)


def test_changed_data_miss_the_cache(tmp_path: Path) -> None:
    """The cache of `datasets` identifies a folder by its configuration, which contains the digest of the data."""
    from conftest import document

    from goldwire_corpus.release.build import render, write_data
    from goldwire_corpus.release.dataset_card import header

    seen = []
    for title in ("first", "second"):
        manifest = write_data(render([("test", document("Lemre burnt.", title=title))]), tmp_path / "d" / "data")
        (tmp_path / "d" / "README.md").write_text(header(manifest, "data", ["test"]))
        loaded = load_dataset(str(tmp_path / "d"), "documents", cache_dir=str(tmp_path / "cache"))
        seen.append(loaded["test"][0]["title"])
    assert seen == ["first", "second"]


def test_yaml_labels_stay_strings() -> None:
    import yaml

    from goldwire_corpus.release.dataset_card import _Quoting

    labels = ["NO", "yes", "null", "2020-01-28", "1e3", "on", "O"]
    text = yaml.dump({"names": labels}, Dumper=_Quoting)
    assert yaml.safe_load(text)["names"] == labels
    assert '"NO"' in text
