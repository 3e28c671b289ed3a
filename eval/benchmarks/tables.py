"""The results as Markdown."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from cases import Result

Coverage = Mapping[str, Mapping[str, Mapping[str, tuple[float, float]]]]


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


def targets(results: list[Result]) -> str:
    lines = ["| case | to reach | measured | |\n| --- | --- | --- | --- |\n"]
    lines += [
        f"| {r.title} | {t.wanted} | {t.measured} | {'met' if t.met else '**not met**'} |\n"
        for r in results
        for t in r.targets
    ]
    return "".join(lines)


def table(result: Result) -> str:
    """Of each program CPU seconds, those of its start, its peak, and how often ours fits into it."""
    ours = result.costs[result.ours].cpu
    start = bool(result.start)
    ratio = f"CPU / {result.ours}" if len(result.costs) > 1 else ""
    head = ["", "CPU s", *(["of which start"] if start else []), "peak MB", *([ratio] if ratio else [])]
    lines = [f"### {result.title}\n\n{result.note}\n\n", _row(head), _row(["---"] * len(head))]
    for name, cost in result.costs.items():
        row = [name, f"{cost.cpu:.2f}", *([f"{result.start[name]:.2f}"] if start else []), f"{cost.peak:.0f}"]
        lines.append(_row([*row, *([f"{cost.cpu / ours:.2f}"] if ratio else [])]))
    return "".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def coverage(found: Coverage) -> str:
    """Of each population and size the share, per cent, of intervals that hold the truth, and their median width."""
    names = list(next(iter(next(iter(found.values())).values())))
    lines = [_row(["documents drawn from", "number", *names]), _row(["---"] * (len(names) + 2))]
    for population, sizes in found.items():
        for size, row in sizes.items():
            cells = [f"{100 * share:.1f} ({100 * width:.1f})" for share, width in (row[name] for name in names)]
            lines.append(_row([population, size, *cells]))
    return "".join(lines)
