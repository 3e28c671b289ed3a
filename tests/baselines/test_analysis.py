"""The generated analysis of the leaderboard: the page and its plots are current, and figures worked by hand."""

import os
import subprocess
import sys
from pathlib import Path

import build
import charts
import parts
import pytest
from conftest import ROOT
from defusedxml.ElementTree import parse

from goldwire_baselines.leaderboard.record import HELD_OUT, Data, Figures, Record, Run, Scores

PAGE = ROOT / "baselines" / "README.md"
PLOTS = sorted(build.PLOTS.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def _command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "baselines" / "analysis" / "build.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# ---------------------------------------------------------------- the page


@pytest.mark.slow
def test_the_analysis_is_current() -> None:
    done = _command("--check")
    assert (done.returncode, done.stderr) == (0, ""), "run `python baselines/analysis/build.py`"


@pytest.fixture
def three_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the section `parts` read the records of three systems."""
    monkeypatch.setattr(parts, "records", lambda: THREE)
    monkeypatch.setattr(parts, "documents", lambda split: [type("Document", (), {"world": world}) for world in WORLDS])


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, three_systems: None) -> tuple[Path, Path]:
    """Return a page and a folder of plots with the section `parts` alone, which the command then takes for its own."""
    page, plots = tmp_path / "README.md", tmp_path / "plots"
    page.write_text("head\n<!-- analysis -->\n<!-- /analysis -->\ntail\n", encoding="utf-8")
    for name, value in {"PAGE": page, "PLOTS": plots, "SECTIONS": ("parts",)}.items():
        monkeypatch.setattr(build, name, value)
    build.write(build.sections(), page, plots)
    assert _check(monkeypatch) == ""
    return page, plots


def _check(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what `build.py --check` prints as it exits with 1; nothing if it does not."""
    monkeypatch.setattr(sys, "argv", ["build.py", "--check"])
    try:
        build.main()
    except SystemExit as ended:
        return str(ended.code)
    return ""


def test_a_changed_figure_is_found(copies: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    page, _ = copies
    text = page.read_text(encoding="utf-8")
    assert text.startswith("head\n<!-- analysis -->\n### ")
    assert text.endswith("<!-- /analysis -->\ntail\n")
    page.write_text(text.replace("| field | 2 of 3", "| field | 3 of 3"), encoding="utf-8")
    assert "README.md: the section parts differs" in _check(monkeypatch)


def test_a_stale_plot_is_found(copies: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, plots = copies
    path = plots / "parts.svg"
    content = path.read_text(encoding="utf-8")
    # Another version of matplotlib may draw the same data otherwise.
    path.write_text(content.replace("stroke-width: 1.4", "stroke-width: 1.3"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != content
    assert _check(monkeypatch) == ""
    path.write_text(content.replace("[[0.0, 90.0]", "[[0.0, 91.0]", 1), encoding="utf-8")
    assert "plots/parts.svg differs" in _check(monkeypatch)
    (plots / "other.svg").write_text(content, encoding="utf-8")
    assert "plots/other.svg: no section has this plot" in _check(monkeypatch)
    path.unlink()
    assert "plots/parts.svg: missing" in _check(monkeypatch)


def test_an_unknown_measurement_is_an_error() -> None:
    done = _command("--measure", "parts")
    assert done.returncode == 2
    assert "nothing to measure for parts" in done.stderr


# ---------------------------------------------------------------- plots


@pytest.mark.parametrize("path", PLOTS, ids=lambda path: path.name)
def test_plots_are_valid_svg(path: Path) -> None:
    root = parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    texts = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert any("(%)" in text for text in texts)
    content = path.read_text(encoding="utf-8")
    assert "fill: #ffffff" in content
    assert "<dc:date>" not in content


def test_every_plot_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert PLOTS
    for path in PLOTS:
        assert f"](analysis/plots/{path.name})" in page


@pytest.mark.slow
def test_plots_are_equal_on_every_run(tmp_path: Path) -> None:
    script = "import sys, pathlib, parts; parts.plot(pathlib.Path(sys.argv[1]))"
    for number in ("1", "2"):
        settings, plot = tmp_path / f"matplotlibrc{number}", tmp_path / f"{number}.svg"
        settings.write_text(f"lines.linewidth: {number}\nfont.size: {number}", encoding="utf-8")
        own = {"PYTHONHASHSEED": number, "PYTHONPATH": str(build.HERE), "MATPLOTLIBRC": str(settings)}
        subprocess.run([sys.executable, "-c", script, str(plot)], check=True, env={**os.environ, **own})
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()
    assert charts.described(tmp_path / "1.svg") == charts.described(build.PLOTS / "parts.svg")


# ---------------------------------------------------------------- parts

WORLDS = [f"w{number}" for number in range(10)]


def _record(name: str, test: float, field: float, better: int) -> Record:
    """Return a record with F1 of `ner` alone; in so many of ten worlds of test it is 1, in the others 0."""
    worlds = {world: {"ner": Figures(float(number < better))} for number, world in enumerate(WORLDS)}
    scores = {
        "test": Scores({"ner": Figures(test)}), "field": Scores({"ner": Figures(field)}),
        HELD_OUT: Scores({}, worlds=worlds),
    }  # fmt: skip
    return Record(
        name=name, description="", training="", goldwire="1", data=Data("1", "0"), libraries={},
        signatures=dict.fromkeys(scores, ""), documents={"test": 10, "field": 2}, runs=[Run(scores)],
    )  # fmt: skip


THREE = [_record("a", 0.9, 0.6, 10), _record("b", 0.8, 0.7, 1), _record("c", 0.7, 0.5, 0)]


def test_order_of_three_systems() -> None:
    """Of three pairs two keep their order; three of the six orders have a tau of 1/3 or more; one rank differs twice.

    a is better than b in 9 of 9 worlds, than c in 10 of 10, b than c in 1 of 1.
    """
    order = parts.compare(THREE, "ner", "field", WORLDS)
    assert (order.systems, order.pairs, order.kept) == (3, 3, 2)
    assert (order.clear, order.clear_kept) == (2, 1)
    assert order.tau == pytest.approx(1 / 3)
    assert order.rho == pytest.approx(1 - 6 * 2 / (3 * 8))
    assert order.p == pytest.approx(3 / 6)


def test_sign_test() -> None:
    ones, zeros = dict.fromkeys(WORLDS, 1.0), dict.fromkeys(WORLDS, 0.0)
    assert parts.sign_test(ones, zeros) == pytest.approx(2 / 2**10)
    assert parts.sign_test(zeros, ones | {"w0": -1.0}) == pytest.approx(2 * (1 + 10) / 2**10)
    assert parts.sign_test(ones, ones) == 1


def test_section_of_three_systems(three_systems: None) -> None:
    text = parts.section()
    assert "differ clearly on `test`, 1 of 2 keep their order, and of the other pairs 1 of 1." in text
    assert "| field | 2 of 3 | 1 of 2 | 1 of 1 |" in text
    assert "| ner | 3 | - | 0.33, 0.50 (0.500) | - |" in text
    # -30, -10 and -20 points.
    assert "| ner | - | -20.0 (-30.0 to -10.0) | - |" in text
    assert "- 3 systems have 6 orders, so p cannot be below 0.17," in text
    assert "retold" not in text.partition("| from test to")[2].partition("Rank correlation")[0]
