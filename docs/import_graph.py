"""The imports of the packages, read from their syntax trees: modules, rooms and the arrows between them.

A room is a subpackage (`goldwire_eval.batch`) or a module directly in a package (`goldwire_eval.scorer`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "goldwire_corpus": ROOT / "corpus" / "goldwire_corpus",
    "goldwire_eval": ROOT / "eval" / "goldwire_eval",
    "goldwire_annotation": ROOT / "annotation" / "goldwire_annotation",
    "goldwire_baselines": ROOT / "baselines" / "goldwire_baselines",
    "goldwire": ROOT / "eval" / "goldwire",
}
"""Every import package and its folder, lowest first."""
ALLOWED = {
    "goldwire_corpus": set(),
    "goldwire_eval": {"goldwire_corpus"},
    "goldwire_annotation": {"goldwire_corpus", "goldwire_eval"},
    "goldwire_baselines": {"goldwire_corpus", "goldwire_eval"},
    "goldwire": {"goldwire_corpus", "goldwire_eval", "goldwire_annotation", "goldwire_baselines"},
}
"""The packages that each package may import."""


def modules() -> dict[str, Path]:
    """Return every module of the packages by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path], *, lazy: bool = True) -> Iterator[str]:
    """Yield the modules of the packages that a file imports; imports for type checkers only are left out.

    With `lazy` imports inside functions count too.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _nodes(tree, lazy):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in known else node.module


def names_in_strings(path: Path) -> Iterator[str]:
    """Yield the packages that string constants of a file name as a module, such as ``package.module:function``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            top = node.value.partition(".")[0].partition(":")[0]
            if top in PACKAGES and top != "goldwire":
                yield top


def _nodes(node: ast.AST, lazy: bool) -> Iterator[ast.AST]:
    """Yield the nodes below `node` except those under ``if TYPE_CHECKING`` and, without `lazy`, in functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if not lazy and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield child
        yield from _nodes(child, lazy)


def room(module: str) -> str:
    """Return the room of a module: its first two names."""
    return ".".join(module.split(".")[:2])


def room_arrows() -> set[tuple[str, str]]:
    """Return every pair of rooms of which the first imports the second."""
    known = modules()
    return {
        (room(name), room(target))
        for name, path in known.items()
        for target in imports(path, known)
        if room(name) != room(target) and target not in PACKAGES
    }


def cycle(arrows: set[tuple[str, str]]) -> list[str]:
    """Return the rooms or modules of one import cycle, or nothing."""
    following: dict[str, list[str]] = {}
    for one, two in sorted(arrows):
        following.setdefault(one, []).append(two)
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        for other in following.get(name, []):
            if found := visit(other, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in list(following) if (found := visit(name, []))), [])


def diagram(package: str) -> str:
    """Return the rooms of a package and the arrows between them as a Mermaid flow chart."""
    prefix = f"{package}."
    arrows = sorted((a, b) for a, b in room_arrows() if a.startswith(prefix) and b.startswith(prefix))
    lines = [f"  {a.removeprefix(prefix)} --> {b.removeprefix(prefix)}" for a, b in arrows]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", ""])
