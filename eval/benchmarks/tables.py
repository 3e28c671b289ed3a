"""The results as Markdown."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cases import Result, Target

Coverage = Mapping[str, Mapping[str, Any]]
"""By population whether what is resampled is independent, and by number of documents and interval the share that holds
the truth and the median width."""


def machine(versions: Mapping[str, str]) -> str:
    """One line: processor, cores, memory, Python, versions."""
    model = _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    memory = (_field("/proc/meminfo", "MemTotal") or "0").split()[0]
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Machine: {model}, {os.cpu_count()} cores, {int(memory) / 1e6:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}. Versions: {said}.\n"
    )


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def targets(found: Sequence[tuple[str, Target]]) -> str:
    lines = [_row(["case", "to reach", "measured", ""]), _row(["---"] * 4)]
    lines += [_row([case, t.wanted, t.measured, "met" if t.met else "**not met**"]) for case, t in found]
    return "".join(lines)


def coverage_targets(found: Coverage) -> list[Target]:
    """Of each number of documents, over the populations of independent ones."""
    shares: dict[str, list[float]] = {}
    for population in found.values():
        for size, row in population["sizes"].items() if population["independent"] else ():
            shares.setdefault(size, []).append(100 * row["printed"][0])
    return [
        Target(f"{size} documents or worlds: 93 to 97 %", f"{min(some):.1f} to {max(some):.1f} %",
               min(some) >= 93 and max(some) <= 97)
        for size, some in shares.items()
    ]  # fmt: skip


def last_runs(runs: Sequence[Mapping[str, Any]]) -> str:
    """Of each run its version, the load of the machine before and after, and what it measured for every target."""
    names = list(dict.fromkeys(name for run in runs for name in run["targets"]))
    lines = ["What the last runs measured, the newest last:\n\n"]
    lines.append(_row(["", *(f"{run['goldwire']}, load {run['load'][0]} to {run['load'][1]}" for run in runs)]))
    lines.append(_row(["---"] * (len(runs) + 1)))
    lines += [_row([name, *(run["targets"].get(name, "") for run in runs)]) for name in names]
    return "".join(lines)


def table(result: Result) -> str:
    """Of each program CPU seconds, their spread, those of its start, its peak, and how often ours fits into it."""
    ours = result.costs[result.ours].cpu
    start = bool(result.start)
    ratio = f"CPU / {result.ours}" if len(result.costs) > 1 else ""
    head = ["", "CPU s", "spread", *(["of which start"] if start else []), "peak MB", *([ratio] if ratio else [])]
    lines = [f"### {result.title}\n\n{result.note}\n\n", _row(head), _row(["---"] * len(head))]
    for name, cost in result.costs.items():
        spread = f"{100 * cost.spread:.0f} %" if cost.rounds else "-"
        row = [name, f"{cost.cpu:.2f}", spread, *([f"{result.start[name]:.2f}"] if start else []), f"{cost.peak:.0f}"]
        lines.append(_row([*row, *([f"{cost.cpu / ours:.2f}"] if ratio else [])]))
    return "".join(lines)


def summary(results: Sequence[Result]) -> str:
    """Of each program of each case CPU seconds, memory, and how often our first one fits into it."""
    head = ["case", "program", "CPU s", "peak MB", "times ours"]
    lines = [_row(head), _row(["---"] * len(head))]
    for result in results:
        ours = result.costs[result.ours].cpu
        for name, cost in result.costs.items():
            lines.append(_row([result.title, name, f"{cost.cpu:.2f}", f"{cost.peak:.0f}", f"{cost.cpu / ours:.1f}"]))
    return "".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def coverage(found: Coverage) -> str:
    """Of each population and size the share, per cent, of intervals that hold the truth, and their median width."""
    names = list(next(iter(next(iter(found.values()))["sizes"].values())))
    lines = [_row(["documents drawn from", "number", *names]), _row(["---"] * (len(names) + 2))]
    for population, said in found.items():
        for size, row in said["sizes"].items():
            cells = [f"{100 * share:.1f} ({100 * width:.1f})" for share, width in (row[name] for name in names)]
            lines.append(_row([population, size, *cells]))
    return "".join(lines)
