"""Options of several commands."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from goldwire_eval.policy import OWN, PROFILES, SCHEMES
from goldwire_eval.readers.locations import MARK

Command = Callable[..., Any]
PATH = click.Path(path_type=Path)


class _Location(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str | Path:
        """Return a URL as it is, since a path would lose a slash of it."""
        return value if isinstance(value, Path) or MARK in value else Path(value)


LOCATION = _Location()
"""A path, or a URL as fsspec reads them."""
split = click.option(
    "--split", help="Gold to score against; several as test+retold.  [default: test+retold, which has intervals]"
)
gold = click.option(
    "--gold", type=LOCATION, help="Score against this gold instead: a file or folder in any format, or its URL."
)
article = click.option("--article", type=PATH, help="Your copy of the AP story, for the split wire.")
field = click.option("--field", type=PATH, help="Your clone of re3d, or the part joined to it, for the split field.")


def copies(command: Command) -> Command:
    """Add the options of the user's copies, and pass both as the argument `copies`."""

    @wraps(command)
    def with_copies(*args: Any, article: Path | None, field: Path | None, **rest: Any) -> Any:
        from goldwire_corpus.parts import Copies

        return command(*args, copies=Copies(article, field), **rest)

    return article(field(with_copies))


json_path = click.option("--json", "json_path", help="Write the figures as JSON; - for standard output only.")
metrics = click.option("--metrics", help="Only these metrics, by name or prefix: ner,coref,argument.cls.")
by = click.option(
    "--by", type=click.Choice(["type", "genre", "part", "world", "document"]), help="Also print figures by this."
)
report = click.option("--report", type=PATH, help="Write an HTML page with figures and all errors.")
labels = click.option(
    "--labels", type=click.Choice(SCHEMES), default=OWN, show_default=True,
    help="Label set of the predictions; any compares labels as they are written.",
)  # fmt: skip


def policies(command: Command) -> Command:
    """Add the options of the policies of scoring."""
    for option in reversed(
        (
            labels,
            click.option("--profile", type=click.Choice(list(PROFILES)), help="Use the policies of another scorer."),
            click.option(
                "--lenient", is_flag=True, help="Count invalid items as errors instead of rejecting the file."
            ),
            click.option(
                "--quotes", type=click.Choice(["exact", "normalised"]), default="exact", show_default=True,
                help="Matching of quotes; normalised ignores case, white space, quotation marks and dashes.",
            ),
            click.option(
                "--resample", type=click.Choice(["worlds", "documents"]), default="worlds", show_default=True,
                help="Units of intervals and tests; documents treats those of one world as independent.",
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command
