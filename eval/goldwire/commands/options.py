"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from goldwire_eval.policy import OWN, PROFILES, SCHEMES

Command = Callable[..., Any]
PATH = click.Path(path_type=Path)
split = click.option(
    "--split", help="Gold to score against; several as test+retold.  [default: test+retold, which has intervals]"
)
gold = click.option("--gold", type=PATH, help="Score against this gold instead: a file or folder in any format.")
article = click.option("--article", type=PATH, help="Your copy of the AP story, for the split wire.")
json_path = click.option("--json", "json_path", help="Write the figures as JSON; - for standard output only.")
metrics = click.option(
    "--metrics", help="Only these metrics, by name or by the beginning of a name: ner,coref,argument.cls."
)
by = click.option(
    "--by", type=click.Choice(["type", "genre", "part", "world", "document"]), help="Also figures by this."
)
report = click.option("--report", type=PATH, help="Write a page of figures and of every error (HTML).")
labels = click.option(
    "--labels", type=click.Choice(SCHEMES), default=OWN, show_default=True,
    help="Label set of the predictions; any compares labels verbatim.",
)  # fmt: skip


def policies(command: Command) -> Command:
    """Add the options that say how predictions are compared with gold."""
    for option in reversed(
        (
            labels,
            click.option("--profile", type=click.Choice(list(PROFILES)), help="The policies of another scorer."),
            click.option(
                "--lenient", is_flag=True, help="Count invalid items as errors instead of rejecting the file."
            ),
            click.option(
                "--quotes", type=click.Choice(["exact", "normalised"]), default="exact", show_default=True,
                help="How quotes are found in the text; normalised ignores case, white space, quotation marks, dashes.",
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command
