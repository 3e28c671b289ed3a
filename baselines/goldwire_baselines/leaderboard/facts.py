"""What the code of a model says about it: its description, and the libraries that it imports."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires, version
from importlib.util import find_spec
from pathlib import Path

from goldwire_eval.extractor import factory, locate

_ARITHMETIC = {"numpy", "scipy", "torch"}
"""Libraries whose versions matter for the last digits of figures, also if only another library imports them."""
_PREFIX = re.compile(r"^Baseline `\w+`: ")


def module_of(model: str) -> str:
    """Return the module of a model's factory."""
    factory(model)  # Reports an unknown one.
    return locate(model)[0]


def description_of(model: str) -> str:
    """Return the first line of the docstring of the model's module, without "Baseline NAME"."""
    path = _source(module_of(model))
    docstring = None if path is None else ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return _PREFIX.sub("", (docstring or "").partition("\n")[0]).strip()


def libraries_of(model: str) -> dict[str, str]:
    """Return the versions of the distributions that the model's code imports, by name.

    Its code is the module of its factory and all modules of the same package that it imports.
    """
    tops = {name.partition(".")[0] for name in _imported(module_of(model))} - set(sys.stdlib_module_names)
    known = packages_distributions()
    names = {name for top in tops if not top.startswith("goldwire") for name in known.get(top, ())[:1]}
    below = {re.split(r"[^\w-]", required)[0].lower() for name in names for required in requires(name) or ()}
    names |= below & _ARITHMETIC
    return {name: version(name) for name in sorted(names, key=str.lower)}


def _imported(start: str) -> Iterator[str]:
    """Yield every module that a module imports, and those of its package in turn."""
    package, seen, left = start.partition(".")[0], {start}, [start]
    while left:
        path = _source(left.pop())
        if path is None:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                if name not in seen:
                    seen.add(name)
                    yield name
                    if name.partition(".")[0] == package:
                        left.append(name)


def _source(module: str) -> Path | None:
    """Return the source file of a module, None if the name is not that of a module written in Python."""
    try:
        spec = find_spec(module)
    except (ImportError, AttributeError, ValueError):
        return None
    origin = None if spec is None else spec.origin
    return Path(origin) if origin and origin.endswith(".py") else None
