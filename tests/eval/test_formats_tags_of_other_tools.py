"""Files of tags as other tools write them: comments, line ends, columns, forms of tags; and invalid lines."""

import random
from collections import Counter
from pathlib import Path

import pytest

from goldwire_corpus.errors import ValidationError
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers import conll
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score, score_file

ANY = Policies(labels="any")
LENIENT = Policies(labels="any", invalid="wrong")


def read(
    tmp_path: Path, content: str, bio: str = "repair"
) -> tuple[list[list[tuple[str, str]]], list[ValidationError], Counter[str]]:
    """Return the entities of each document as (words, type), the errors, and counts of what was passed over."""
    path = tmp_path / "x.conll"
    path.write_bytes(content.encode())
    errors: list[ValidationError] = []
    passed_over = Counter[str]()
    found = []
    for document in conll.documents(path, bio, errors.append, passed_over):
        text = "".join(document.text)
        spans = zip(document.start, document.end, document.types, strict=True)
        found.append([(text[a:z], t) for a, z, t in spans])
    return found, errors, passed_over


# ------------------------------------------------------------------ comments and marks


@pytest.mark.parametrize(
    "comments",
    [
        "# sent_id = s1\n# text = Mara left\n",
        "# text = Mara got an O\n",
        "# id 5239d808-f300 domain=en\n",
        "# global.columns = FORM TAG\n",
        "#\n",
        "## a remark\n",
        "#id:7 = x\n",
    ],
)
def test_comments_before_a_sentence_are_passed_over_and_counted(tmp_path: Path, comments: str) -> None:
    content = f"{comments}Mara B-PER\nleft O\n\n{comments}Oslo B-LOC\n"
    found, errors, passed_over = read(tmp_path, content)
    assert (found, errors) == ([[("Mara", "PER")], [("Oslo", "LOC")]], [])
    assert passed_over == {"comment lines passed over": comments.count("\n") * 2}


@pytest.mark.parametrize("line", ["# O", "#MeToo B-X", "# B-X"])
def test_a_token_may_begin_with_a_number_sign(tmp_path: Path, line: str) -> None:
    found, errors, passed_over = read(tmp_path, f"{line}\nleft O\n")
    assert (errors, passed_over) == ([], {})
    assert found == [[] if line.endswith("O") else [(line.split()[0], "X")]]


def test_an_invalid_tag_of_a_number_sign_is_an_error(tmp_path: Path) -> None:
    assert [(e.line, e.id) for e in read(tmp_path, "left O\n# X-PER\n")[1]] == [(2, "tag")]
    assert [(e.line, e.id) for e in read(tmp_path, "# X-PER\nleft O\n")[1]] == [(1, "tag")]


def test_a_document_mark_without_id_begins_a_document(tmp_path: Path) -> None:
    found, errors, _ = read(tmp_path, "# newdoc\n# sent_id = 1\nMara B-PER\n\nran O\n\n# newdoc\nOslo B-LOC\n")
    assert (found, errors) == ([[("Mara", "PER")], [("Oslo", "LOC")]], [])


# ------------------------------------------------------------------ line ends


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends_make_no_difference(tmp_path: Path, end: str) -> None:
    lines = ["Mara B-PER", "left O", "", "# newdoc id = two", "Oslo B-LOC", "fell O", ""]
    found, errors, _ = read(tmp_path, end.join(lines))
    assert (found, errors) == ([[("Mara", "PER")], [("Oslo", "LOC")]], [])


@pytest.mark.parametrize("shift", [-2, -1, 0, 1])
def test_a_line_end_may_lie_across_two_blocks(tmp_path: Path, shift: int) -> None:
    """The last byte of a block is the CR of a CRLF whose LF begins the next."""
    size = 1 << 20
    tail = b"Oslo B-LOC\r\n\r\nMara B-PER\r\nleft O\r\n"
    head = b"w O\r\n" * ((size - 30) // 5)
    fill = size + shift - len(head) - len(b"Oslo B-LOC\r")
    content = head + b"w" * (fill - 4) + b" O\r\n" + tail
    assert content[size + shift - 1 : size + shift + 1] == b"\r\n"
    (tmp_path / "crlf.conll").write_bytes(content)
    (tmp_path / "lf.conll").write_bytes(content.replace(b"\r\n", b"\n"))
    gold = Gold.of_files([tmp_path / "lf.conll"])
    scored = score_file(tmp_path / "crlf.conll", gold, ANY, ["ner"])
    assert scored.total("ner") == Counts(2, 0, 0)
    assert sorted(scored.by_type) == ["LOC", "PER"]


# ------------------------------------------------------------------ columns


def test_tokens_of_tab_separated_columns_may_hold_spaces(tmp_path: Path) -> None:
    content = "New York\tNNP\tB-LOC\nis\tVBZ\tO\n\xa0big city \tNN\tO\n"
    found, errors, _ = read(tmp_path, content)
    assert (found, errors) == ([[("New York", "LOC")]], [])


def test_spaces_in_tokens_fit_gold_that_has_them(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text(
        '{"id": "d", "text": "In New York today", "tokens": [{"start": 0, "end": 2}, {"start": 3, "end": 11}, '
        '{"start": 12, "end": 17}], "mentions": [{"start": 3, "end": 11, "type": "LOC"}]}\n'
        '{"id": "e", "text": "San Juan", "mentions": [{"start": 0, "end": 8, "type": "LOC"}]}\n',
        encoding="utf-8",
    )
    (tmp_path / "p.conll").write_text("In\tO\nNew York\tB-LOC\ntoday\tO\n\nSan Juan\tB-LOC\n", encoding="utf-8")
    scored = score_file(tmp_path / "p.conll", Gold.of_files([tmp_path / "gold.jsonl"]), ANY, ["ner"])
    assert scored.total("ner") == Counts(2, 0, 0)


@pytest.mark.parametrize("line", ["Mara  B-PER", "Mara NNP   _ B-PER  ", "Mara\t\tB-PER", "Mara \t B-PER"])
def test_several_separators_are_one(tmp_path: Path, line: str) -> None:
    found, errors, _ = read(tmp_path, f"{line}\nleft O\n")
    assert (found, errors) == ([[("Mara", "PER")]], [])


def test_a_document_mark_may_have_columns(tmp_path: Path) -> None:
    found, errors, _ = read(tmp_path, "-DOCSTART-\t-X-\t-X-\tO\n\nNew York\tNNP\tI-NP\tB-LOC\n")
    assert (found, errors) == ([[("New York", "LOC")]], [])


# ------------------------------------------------------------------ forms of tags


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["O", "B", "I"], [(1, 2, "_")]),
        (["B", "B", "O"], [(0, 0, "_"), (1, 1, "_")]),
        (["B", "I", "E", "S"], [(0, 2, "_"), (3, 3, "_")]),
        (["NP-B", "NP-I", "VP-B"], [(0, 1, "NP"), (2, 2, "VP")]),
        (["PER_B", "PER_I", "O"], [(0, 1, "PER")]),
        (["B_PER", "I_PER", "O"], [(0, 1, "PER")]),
        (["B-PER-S", "I-PER-S"], [(0, 1, "PER-S")]),
        (["B-B", "I-B"], [(0, 1, "B")]),
        (["B-work_of_art", "I-work_of_art"], [(0, 1, "work_of_art")]),
        (["LOC-B", "LOC-L", "PER-U"], [(0, 1, "LOC"), (2, 2, "PER")]),
    ],
)
@pytest.mark.parametrize("bio", ["repair", "drop", "refuse"])
def test_forms_of_tags(tmp_path: Path, tags: list[str], expected: list[tuple[int, int, str]], bio: str) -> None:
    path = tmp_path / "x.conll"
    path.write_text("".join(f"w {tag}\n" for tag in tags), encoding="utf-8")
    errors: list[ValidationError] = []
    (found,) = conll.documents(path, bio, errors.append)
    assert errors == []
    assert list(zip(found.first, found.last, found.types, strict=True)) == expected


@pytest.mark.parametrize(("scheme", "letters"), [("IOB2", "BI"), ("IOBES", "BIES"), ("BILOU", "BILU")])
def test_strict_reading_finds_the_entities_of_seqeval(tmp_path: Path, scheme: str, letters: str) -> None:
    seqeval = pytest.importorskip("seqeval.scheme")
    rng = random.Random(5)
    for _ in range(100):
        sequences = [
            [
                "O" if rng.random() < 0.3 else f"{rng.choice(letters)}-{rng.choice('AB')}"
                for _ in range(rng.randint(1, 8))
            ]
            for _ in range(3)
        ]
        # With every letter the scheme is certain.
        sequences.append([f"{letter}-A" for letter in letters])
        path = tmp_path / "x.conll"
        path.write_text("\n".join("".join(f"w {tag}\n" for tag in tags) for tags in sequences), encoding="utf-8")
        errors: list[ValidationError] = []
        ours = [
            [(first, last + 1, type_) for first, last, type_ in zip(d.first, d.last, d.types, strict=True)]
            for d in conll.documents(path, "drop", errors.append)
        ]
        theirs = seqeval.Entities(sequences, scheme=getattr(seqeval, scheme)).entities
        assert ours == [[(e.start, e.end, e.tag) for e in some] for some in theirs]
        assert errors == []


def test_tags_of_iob1_are_repaired(tmp_path: Path) -> None:
    """IOB1 (Ramshaw and Marcus 1995): B- only where an entity follows one of its own type."""
    found, errors, passed_over = read(tmp_path, "Mara I-PER\nKoss I-PER\nLio B-PER\nin O\nOslo I-LOC\n")
    assert (found, errors) == ([[("Mara Koss", "PER"), ("Lio", "PER"), ("Oslo", "LOC")]], [])
    assert passed_over == {"entities that begin with I-, read as if with B-": 2}


def test_entities_dropped_in_strict_mode_are_counted(tmp_path: Path) -> None:
    found, errors, passed_over = read(tmp_path, "Mara B-PER\nKoss E-PER\nLio B-PER\nin O\nOslo S-LOC\n", "drop")
    assert (found, errors) == ([[("Mara Koss", "PER"), ("Oslo", "LOC")]], [])
    assert passed_over == {"entities dropped whose tags are not valid in strict mode": 1}


# ------------------------------------------------------------------ differing tokens and invalid lines


def gold_of(tmp_path: Path, kind: str) -> Gold:
    """Documents a, "Mara met Lio today" with two persons, and b, "Oslo fell" with a place."""
    if kind == "tags":
        path = tmp_path / "gold.conll"
        path.write_text(
            "# newdoc id = a\nMara B-PER\nmet O\nLio B-PER\ntoday O\n\n# newdoc id = b\nOslo B-LOC\nfell O\n",
            encoding="utf-8",
        )
        return Gold.of_files([path])
    tokens = '"tokens": [{"start": 0, "end": 4}, {"start": 5, "end": 8}, {"start": 9, "end": 12}, ' \
             '{"start": 13, "end": 18}], ' if kind == "tokens" else ""  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text(
        f'{{"id": "a", "text": "Mara met Lio today", {tokens}"mentions": [{{"start": 0, "end": 4, "type": "PER"}}, '
        '{"start": 9, "end": 12, "type": "PER"}]}\n'
        '{"id": "b", "text": "Oslo fell", "mentions": [{"start": 0, "end": 4, "type": "LOC"}]}\n',
        encoding="utf-8",
    )
    return Gold.of_files([path])


@pytest.mark.parametrize("kind", ["tags", "tokens", "text"])
def test_a_document_of_other_tokens_counts_as_wrong(tmp_path: Path, kind: str) -> None:
    gold = gold_of(tmp_path, kind)
    pred = tmp_path / "pred.conll"
    pred.write_text(
        "# newdoc id = a\nMara B-PER\nmet O\nLio B-PER\n[UNK] O\n\n# newdoc id = b\nOslo B-LOC\nfell O\n",
        encoding="utf-8",
    )
    scored = score_file(pred, gold, LENIENT, ["ner"])
    assert [(e.line, e.id, e.message) for e in scored.validation_errors] == [
        (5, "token-differs", "a: token 4 is '[UNK]' here and 'today' in gold")
    ]
    # The two persons of a are missed, and its two predictions wrong.
    assert scored.total("ner") == Counts(1, 2, 2)
    assert scored.missing == []


@pytest.mark.parametrize("kind", ["tokens", "text"])
def test_without_ids_all_behind_a_differing_token_counts_as_wrong(tmp_path: Path, kind: str) -> None:
    gold = gold_of(tmp_path, kind)
    pred = tmp_path / "pred.conll"
    pred.write_text("Mara B-PER\nsaw O\nLio B-PER\ntoday O\n\nOslo B-LOC\nfell O\n", encoding="utf-8")
    scored = score_file(pred, gold, LENIENT, ["ner"])
    assert [(e.line, e.id) for e in scored.validation_errors] == [(2, "token-differs")]
    assert scored.total("ner") == Counts(0, 3, 3)


@pytest.mark.parametrize("kind", ["tags", "tokens", "text"])
def test_an_invalid_tag_costs_one_entity(tmp_path: Path, kind: str) -> None:
    gold = gold_of(tmp_path, kind)
    pred = tmp_path / "pred.conll"
    pred.write_text(
        "# newdoc id = a\nMara B-PER\nmet O\nLio X-PER\ntoday O\n\n# newdoc id = b\nOslo B-LOC\nfell O\n",
        encoding="utf-8",
    )
    scored = score_file(pred, gold, LENIENT, ["ner"])
    assert [(e.line, e.id) for e in scored.validation_errors] == [(4, "tag")]
    assert scored.total("ner") == Counts(2, 1, 1)


def test_a_refused_entity_counts_as_wrong(tmp_path: Path) -> None:
    gold = gold_of(tmp_path, "tags")
    pred = tmp_path / "pred.conll"
    pred.write_text(
        "# newdoc id = a\nMara I-PER\nmet O\nLio B-PER\ntoday O\n\n# newdoc id = b\nOslo B-LOC\nfell O\n",
        encoding="utf-8",
    )
    scored = score_file(pred, gold, Policies(labels="any", bio="refuse", invalid="wrong"), ["ner"])
    assert [(e.line, e.id) for e in scored.validation_errors] == [(2, "tag-illegal")]
    assert scored.total("ner") == Counts(2, 1, 1)


def test_an_unknown_document_is_named_with_the_nearest_id(tmp_path: Path) -> None:
    (tmp_path / "gold.conll").write_text("# newdoc id = news-01\nMara B-PER\n", encoding="utf-8")
    pred = tmp_path / "pred.conll"
    pred.write_text("# newdoc id = news-1\nMara B-PER\n", encoding="utf-8")
    scored = score_file(pred, Gold.of_files([tmp_path / "gold.conll"]), LENIENT, ["ner"])
    assert [str(e) for e in scored.validation_errors] == [
        f"{pred}:2: error [document-unknown] unknown document id 'news-1'; did you mean 'news-01'?"
    ]
    assert scored.total("ner") == Counts(0, 1, 1)


def test_a_sentence_that_ends_elsewhere_has_the_same_offsets(tmp_path: Path) -> None:
    for name, end in (("gold", "\n\n"), ("pred", "\n")):
        content = f"# newdoc id = a\nMara B-PER\nleft O{end}Oslo B-LOC\n"
        (tmp_path / f"{name}.conll").write_text(content, encoding="utf-8")
    gold = Gold.of_files([tmp_path / "gold.conll"])
    assert score_file(tmp_path / "pred.conll", gold, ANY, ["ner"]).total("ner") == Counts(2, 0, 0)


def test_notes_say_what_was_passed_over_on_each_side(tmp_path: Path) -> None:
    for name, tag in (("gold", "B"), ("pred", "I")):
        (tmp_path / f"{name}.conll").write_text(f"# text = x\nMara {tag}-PER\n", encoding="utf-8")
    gold = Gold.of_files([tmp_path / "gold.conll"], ANY)
    predictions = Predictions.of_file(tmp_path / "pred.conll", gold, ANY)
    assert score(predictions, gold, ANY).notes[:3] == [
        f"gold {tmp_path / 'gold.conll'}: comment lines passed over: 1",
        f"{tmp_path / 'pred.conll'}: comment lines passed over: 1",
        f"{tmp_path / 'pred.conll'}: entities that begin with I-, read as if with B-: 1",
    ]
