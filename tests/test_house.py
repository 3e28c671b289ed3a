"""Rules of the repository: direction of imports, documented commands, runnable README."""

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import click
import import_graph
import pytest
from conftest import ROOT, run
from goldwire.cli import COMMANDS, goldwire


def _blocks(language: str) -> list[str]:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def _block(content: str) -> str:
    return next(block for block in _blocks("python") if content in block)


@pytest.mark.parametrize("package", import_graph.PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    known = import_graph.modules()
    allowed = import_graph.ALLOWED[package] | {package}
    for name, path in known.items():
        if name.partition(".")[0] == package:
            used = {*import_graph.imports(path, known), *import_graph.names_in_strings(path)}
            assert {module.partition(".")[0] for module in used} <= allowed, name


def test_no_import_cycle_between_modules_or_rooms() -> None:
    known = import_graph.modules()
    modules = {(name, target) for name, path in known.items() for target in import_graph.imports(path, known)}
    assert import_graph.cycle({(name, target) for name, target in modules if name != target}) == []
    assert import_graph.cycle(import_graph.room_arrows()) == []


def test_contributing_shows_the_imports_of_the_code() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert import_graph.diagram("goldwire_eval") in page, "run `make data`"


@pytest.mark.parametrize("module", import_graph.modules())
def test_files_are_small(module: str) -> None:
    path = import_graph.modules()[module]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def _commands(group: click.Group, prefix: str = "goldwire") -> list[tuple[str, click.Command]]:
    found = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        nested = isinstance(command, click.Group)
        found += _commands(command, f"{prefix} {name}") if nested else [(f"{prefix} {name}", command)]
    return found


def test_every_command_has_help_and_is_documented() -> None:
    pages = "".join(p.read_text(encoding="utf-8") for p in [*ROOT.glob("*.md"), *ROOT.glob("*/README.md")])
    for name, command in _commands(goldwire):
        assert command.help, name
        assert name in pages, f"{name} is not in a README"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts[0]}"


def test_help_does_not_load_heavy_libraries() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from goldwire.cli import goldwire\n"
        "assert CliRunner().invoke(goldwire, ['--help']).exit_code == 0\n"
        "print([m for m in ('datasets', 'sklearn', 'scipy', 'numpy', 'rich', 'yaml') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"


def test_help_lists_every_command() -> None:
    result = run("--help")
    for name in COMMANDS:
        assert name in result.output


def test_every_metric_has_a_row_and_a_test() -> None:
    from goldwire_eval.metrics.registry import METRICS

    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "eval").glob("*.py"))
    for name in METRICS:
        family, _, measure = name.partition("@")[0].rpartition(".")
        # The first coreference measure represents all of them.
        row = f"{family}.muc" if family.endswith(("coref", "cross.entity", "cross.event")) else name.partition("@")[0]
        assert f"`{row}" in page, name
        assert measure in tests, name


def test_command_runs_a_model_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "my_module.py").write_text(_block("class MyModel"), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "goldwire"), "run", "my_package.my_module:MyModel"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "mention.exact" in result.stdout


@pytest.mark.parametrize("block", _blocks("python"), ids=lambda block: block.strip().splitlines()[0])
def test_readme_python_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(block, {})


def test_readme_prediction_is_valid(tmp_path: Path) -> None:
    (block,) = _blocks("json")
    path = tmp_path / "my.jsonl"
    path.write_text(block, encoding="utf-8")
    result = run("validate", path)
    assert result.exit_code == 0, result.output
    figures = json.loads(run("score", path, "--json", "-").stdout)
    assert figures["metrics"]["mention.exact"]["tp"] == 1
    assert figures["metrics"]["argument.attached.cls@head"]["tp"] == 1
