"""Jinja2 templates of the HTML pages. Every value is escaped, and an undefined one is an error."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

DASH = "\u2013"
"""What the pages print for an undefined figure."""


def render(package: str, name: str, **values: object) -> str:
    """Render the template `name` of `package`, with the functions and filters of `environment`."""
    return environment(package).get_template(name).render(values)


@cache
def environment(package: str) -> "Environment":
    """Return the environment that loads the templates stored beside the code of `package`.

    Templates have the function `resource(name)`, the content of a style sheet or script of the package, and the filters
    `percent`, `number`, `breakable` and `script_hash`. The filter `tojson` is safe in a script element and in a
    single-quoted attribute.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def resource(name: str) -> Markup:
        return Markup(files(package).joinpath(name).read_text(encoding="utf-8"))

    templates = Environment(
        loader=PackageLoader(package, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    templates.globals["resource"] = resource
    templates.filters |= {"percent": percent, "number": number, "breakable": breakable, "script_hash": script_hash}
    templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
    return templates


def percent(value: float | None) -> str:
    """Return a fraction in per cent, with one decimal."""
    return DASH if value is None else f"{100 * value:.1f}"


def number(value: float) -> str:
    """Return a rounded count with separators of thousands."""
    return f"{value:,.0f}"


def breakable(name: str) -> "Markup":
    """Return a long dotted name that may be wrapped after each of its parts."""
    from markupsafe import Markup, escape

    out = escape(name)
    for mark in ".@|":
        out = out.replace(mark, mark + Markup("<wbr>"))
    return out


def script_hash(script: str) -> str:
    """Return the source expression that allows this inline script in a content security policy (W3C CSP level 3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
