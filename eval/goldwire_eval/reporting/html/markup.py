"""Small pieces of HTML. Everything that comes from data passes through `text` or `embed`."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

DASH = "\u2013"
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def text(value: object) -> str:
    return escape(str(value), quote=True)


def embed(value: object) -> str:
    """JSON that cannot end the script element it stands in, and that no old parser takes for a line end."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_UNSAFE)


def breakable(name: str) -> str:
    """A long name of parts, which may go on in a new line after each."""
    out = text(name)
    for mark in ".@|":
        out = out.replace(mark, f"{mark}<wbr>")
    return out


def percent(value: float | None) -> str:
    return DASH if value is None else f"{100 * value:.1f}"


def number(value: float) -> str:
    return f"{value:,.0f}"


def tag(name: str, content: str, **attributes: object) -> str:
    """An element; `content` is HTML, attributes are data. `class_` stands for class, `data_x` for data-x."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value not in (None, False)
    )
    return f"<{name}{told}>{content}</{name}>"


def cell(content: str, kind: str | None = None) -> str:
    return tag("td", content, class_=kind)


def head(names: Iterable[str], sortable: bool = True) -> str:
    """A row of headings; the first heads words, the others figures."""
    inner = "".join(
        tag("th", tag("button", text(name), type="button") if sortable and name else text(name), scope="col",
            class_=None if i == 0 else "n")
        for i, name in enumerate(names)
    )  # fmt: skip
    return f"<thead><tr>{inner}</tr></thead>"


def scroll(table: str, label: str) -> str:
    """A table that scrolls by itself where it is too wide, by keyboard too."""
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)


def count_of(figures: Mapping[str, Any], side: str) -> str:
    """How many items gold or predictions have, of a metric that counts them."""
    if "tp" not in figures:
        return ""
    return number(figures["tp"] + figures["fn" if side == "gold" else "fp"])


def bar(value: float | None, interval: Iterable[float] | None) -> str:
    """F1 as a dot on a line from 0 to 100, its interval as a band."""
    if value is None:
        return ""
    width, middle = 120, 8

    def x(share: float) -> str:
        return f"{4 + share * (width - 8):.1f}"

    band = ""
    if interval is not None:
        low, high = interval
        band = f'<line class="band" x1="{x(low)}" x2="{x(high)}" y1="{middle}" y2="{middle}"/>'
    ticks = "".join(f'<line class="tick" x1="{x(s)}" x2="{x(s)}" y1="3" y2="13"/>' for s in (0, 0.5, 1))
    return (
        f'<svg class="bar" viewBox="0 0 {width} 16" width="{width}" height="16" aria-hidden="true">{ticks}'
        f'<line class="track" x1="{x(0)}" x2="{x(1)}" y1="{middle}" y2="{middle}"/>{band}'
        f'<circle cx="{x(value)}" cy="{middle}" r="3.5"/></svg>'
    )


def span_of(interval: Iterable[float] | None) -> str:
    return "" if interval is None else " to ".join(percent(x) for x in interval)
