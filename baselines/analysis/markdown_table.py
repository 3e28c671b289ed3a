"""A table in Markdown."""

from collections.abc import Sequence


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> str:
    """Return a Markdown table; so many columns hold text, the others numbers, aligned right."""
    lines = [headings, [*["---"] * text, *["---:"] * (len(headings) - text)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
