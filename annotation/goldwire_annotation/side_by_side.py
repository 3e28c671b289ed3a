"""Two passes side by side: a page, in one file, of every sentence that they see differently."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from goldwire_annotation.passes import Pair
from goldwire_annotation.statements import statements
from goldwire_corpus.schema.document import Document

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;width:100%;table-layout:fixed;margin:0 0 1.5em}
th,td{border:1px solid #ccc;padding:.4em .7em;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f3f3f3}td.n{color:#777}col.n{width:3em}
p{margin:.2em 0 .5em;white-space:pre-wrap}ul{margin:0;padding-left:1.2em}
mark{background:#ffe08a;padding:0}pre{overflow-x:auto}nav a{margin-right:1em}
"""
_Said = tuple[tuple[Any, ...], str]


def page(pairs: Sequence[Pair], names: tuple[str, str], figures: str) -> str:
    """An HTML page; `figures` is the table of agreement that stands at its head."""
    pairs = sorted(pairs, key=lambda pair: pair[0].id)
    bodies = [(a.id, *_document(a, b, names)) for a, b in pairs]
    links = "".join(f'<a href="#{escape(id)}">{escape(id)} ({count})</a> ' for id, count, _ in bodies)
    title = f"{names[0]} and {names[1]}, side by side"
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<pre>{escape(figures)}</pre>\n<nav>{links}</nav>\n"
        + "".join(body for _, _, body in bodies)
        + "</html>\n"
    )


def _document(a: Document, b: Document, names: tuple[str, str]) -> tuple[int, str]:
    """How many statements only one pass makes, and the table of the sentences in which they stand."""
    left, right = dict(statements(a)), dict(statements(b))
    only = (_by_sentence(a, left.items(), right), _by_sentence(b, right.items(), left))
    rows = "".join(_row(a, index, only[0][index], only[1][index]) for index in sorted({*only[0], *only[1]}))
    head = "".join(f"<th>only {escape(name)}</th>" for name in names)
    count = sum(len(said) for side in only for said in side.values())
    table = (
        f'<table><col class="n"><col><col><tr><th></th>{head}</tr>{rows}</table>' if rows else "<p>No difference.</p>"
    )
    return count, f'<h2 id="{escape(a.id)}">{escape(a.id)}: {count} differences</h2>\n{table}\n'


def _by_sentence(d: Document, said: Iterable[_Said], other: dict[tuple[Any, ...], str]) -> dict[int, list[_Said]]:
    found: dict[int, list[_Said]] = defaultdict(list)
    for key, line in sorted(said, key=lambda item: (item[0][:2], str(item[0]))):
        if key not in other:
            last = len(d.sentences) - 1
            found[next((i for i, s in enumerate(d.sentences) if key[0] < s.end), last)].append((key, line))
    return found


def _row(d: Document, index: int, a: list[_Said], b: list[_Said]) -> str:
    return f'<tr><td class="n">{index + 1}</td><td>{_cell(d, index, a)}</td><td>{_cell(d, index, b)}</td></tr>\n'


def _cell(d: Document, index: int, said: list[_Said]) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for _, line in said)
    return f"<p>{''.join(_marked(d, index, said))}</p><ul>{lines}</ul>"


def _marked(d: Document, index: int, said: list[_Said]) -> Iterator[str]:
    """The sentence, with everything marked on which something is said."""
    sentence = d.sentences[index]
    covered = {i for key, _ in said for i in range(key[0], key[1])}
    start = sentence.start
    while start < sentence.end:
        end = start + 1
        while end < sentence.end and (end in covered) == (start in covered):
            end += 1
        text = escape(d.text[start:end])
        yield f"<mark>{text}</mark>" if start in covered else text
        start = end
