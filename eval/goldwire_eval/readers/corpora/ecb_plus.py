"""ECB+ (Cybulska and Vossen 2014), a file or a folder of XML files: mentions, and clusters across documents.

Markables with tokens whose tag begins with ACTION or NEG_ACTION become events, TIME_* times, all others mentions, with
the tag as type. A markable without tokens names a cluster: what refers to it has its `instance_id`, or else the
topic and the id of the reference. The topic, the number before `_` in a file's name, is the world of a document, so
that clusters of one topic are compared across its documents.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import PredEvent, Prediction, PredMention, PredTime
from goldwire_eval.readers.corpora.xml import files, parse
from goldwire_eval.readers.document_pairs import Line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from goldwire_eval.readers.formats import Reading


class _Token(NamedTuple):
    sentence: str
    start: int
    end: int


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield a document for each file. Raises DataError for a file that is not an ECB+ document."""
    for file in files(path, {".xml"}):
        root = parse(file)
        if root.tag != "Document" or root.find("Markables") is None:
            raise data_error(str(file), 0, "corpus-format", "expected an ECB+ Document with Markables")
        yield Line(str(file), 1, _document(root, file, reading))


def _document(root: "Element", file: Path, reading: "Reading") -> Prediction:
    text, tokens = _tokens(root)
    topic = file.stem.partition("_")[0]
    clusters = _clusters(root, topic)
    mentions, times, events = list[PredMention](), list[PredTime](), list[PredEvent]()
    for markable in root.find("Markables") or ():
        anchors = [anchor.get("t_id", "") for anchor in markable.iter("token_anchor")]
        if not anchors:
            continue
        span = _span(anchors, tokens, reading)
        if span is None:
            continue
        number, tag = markable.get("m_id", ""), markable.tag
        cluster = clusters.get(number, f"{file.stem}:{number}")
        if tag.startswith(("ACTION", "NEG_ACTION")):
            events.append(PredEvent(id=number, start=span[0], end=span[1], type=tag, cluster=cluster))
        elif tag.startswith("TIME"):
            times.append(PredTime(id=number, start=span[0], end=span[1], type=tag))
        else:
            mentions.append(PredMention(id=number, start=span[0], end=span[1], type=tag, entity=cluster))
    return Prediction(id=file.stem, text=text, world=topic, mentions=mentions, times=times, events=events)


def _tokens(root: "Element") -> tuple[str, dict[str, _Token]]:
    """Return the tokens with a space between them and a line for each sentence, and the place of each by its id."""
    text, sentence = "", ""
    found: dict[str, _Token] = {}
    for token in root.iter("token"):
        number = token.get("sentence", "")
        text += "" if not text else " " if number == sentence else "\n"
        sentence, word = number, token.text or ""
        found[token.get("t_id", "")] = _Token(number, len(text), len(text) + len(word))
        text += word
    return text, found


def _span(anchors: list[str], tokens: dict[str, _Token], reading: "Reading") -> tuple[int, int] | None:
    """Return the span from the first to the last token; None if a token is unknown or they are of two sentences."""
    if any(anchor not in tokens for anchor in anchors):
        reading.passed_over["markables of unknown tokens, left out"] += 1
        return None
    found = [tokens[anchor] for anchor in anchors]
    if len({token.sentence for token in found}) > 1:
        reading.passed_over["markables over several sentences, left out"] += 1
        return None
    start, end = min(t.start for t in found), max(t.end for t in found)
    if sum(t.end - t.start for t in found) + len(found) - 1 != end - start:
        reading.passed_over["discontinuous markables, taken from first to last token"] += 1
    return start, end


def _clusters(root: "Element", topic: str) -> dict[str, str]:
    """Return the cluster of each markable that a relation joins to others."""
    instances = {m.get("m_id"): m.get("instance_id") for m in root.find("Markables") or ()}
    found: dict[str, str] = {}
    for relation in root.find("Relations") or ():
        target = relation.find("target")
        instance = instances.get(target.get("m_id")) if target is not None else None
        across = relation.tag == "CROSS_DOC_COREF"
        name = instance or relation.get("note") or relation.get("r_id", "")
        # Within a document the ids of relations are those of the document alone.
        cluster = f"{topic}:{name}" if across else f"{topic}:{root.get('doc_name', '')}:{name}"
        for source in relation.iter("source"):
            found[source.get("m_id", "")] = cluster
    return found
