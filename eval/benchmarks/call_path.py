"""Count the modules and functions that one score passes through, in our own packages.

    python eval/benchmarks/call_path.py [--list] [--checkout DIR] -- score PRED --metrics mention.exact

Everything after `--` are the arguments of `goldwire`; by default a prediction of mentions is scored on the test split.
A switch is a call from a function of one module to a function of another. Functions that run while a module is imported
are not counted: they belong to no score.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PACKAGES = ("goldwire", "goldwire_corpus", "goldwire_eval", "goldwire_annotation", "goldwire_baselines")
FOLDERS = ("corpus", "eval", "annotation", "baselines")
_NO_FUNCTION = ("<module>", "<lambda>", "<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>")


class CallPath:
    """Records calls as a profile function of `sys.setprofile`; `functions` are (module, name), with their calls."""

    def __init__(self) -> None:
        self.functions: Counter[tuple[str, str]] = Counter()
        self.switches: set[tuple[str, str, str, str]] = set()
        self._known: dict[CodeType, tuple[str, str] | None] = {}

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        called = self._function(frame)
        if called is None:
            return
        by, caller = None, frame.f_back
        while caller is not None:
            if caller.f_code.co_name == "<module>" and caller.f_back is not None and self._own(caller):
                return
            by = by or self._function(caller)
            caller = caller.f_back
        self.functions[called] += 1
        if by is not None and by[0] != called[0]:
            self.switches.add((*by, *called))

    def _function(self, frame: FrameType) -> tuple[str, str] | None:
        code = frame.f_code
        if code not in self._known:
            own = self._own(frame) and code.co_name not in _NO_FUNCTION and not _in_class_body(frame)
            self._known[code] = (frame.f_globals["__name__"], code.co_qualname) if own else None
        return self._known[code]

    def _own(self, frame: FrameType) -> bool:
        return str(frame.f_globals.get("__name__", "")).partition(".")[0] in PACKAGES


def _in_class_body(frame: FrameType) -> bool:
    return "__qualname__" in frame.f_locals


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkout", type=Path, default=Path(__file__).resolve().parents[2], help="tree to measure")
    parser.add_argument("--list", action="store_true", help="also list the functions by module")
    parser.add_argument("arguments", nargs="*", help="arguments of goldwire")
    options = parser.parse_args()
    sys.path[:0] = [str(options.checkout / folder) for folder in FOLDERS]
    with tempfile.TemporaryDirectory() as folder:
        arguments = options.arguments or ["score", str(mentions(Path(folder))), "--metrics", "mention.exact"]
        path = run(arguments)
    modules = Counter(module for module, _ in path.functions)
    if options.list:
        for module in sorted(modules):
            print(f"{module}: {', '.join(sorted(name for m, name in path.functions if m == module))}")
    print(f"{len(modules)} modules, {len(path.functions)} functions, {len(path.switches)} switches between modules")
    return 0


def mentions(folder: Path) -> Path:
    """Write the gold mentions of the test split as a prediction without any other layer."""
    from goldwire_corpus.load import split_path

    out = folder / "mentions.jsonl"
    with out.open("w", encoding="utf-8") as file:
        for line in split_path("test").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            some = [{key: m[key] for key in ("start", "end", "type")} for m in row["mentions"]]
            file.write(json.dumps({"id": row["id"], "mentions": some}) + "\n")
    return out


def run(arguments: list[str]) -> CallPath:
    try:
        from goldwire.cli import goldwire
    except ModuleNotFoundError:  # where the command line was before
        from goldwire_eval.cli import goldwire  # type: ignore[no-redef]

    path = CallPath()
    sys.setprofile(path)
    try:
        goldwire(arguments, standalone_mode=False)
    finally:
        sys.setprofile(None)
    return path


if __name__ == "__main__":
    sys.exit(main())
