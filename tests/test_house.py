"""Rules of the house that no single part can hold: imports run one way, commands are documented, the README runs."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from conftest import ROOT, run
from goldwire.cli import COMMANDS, goldwire

ROOMS = {
    "goldwire_corpus": (ROOT / "corpus" / "goldwire_corpus", set()),
    "goldwire_eval": (ROOT / "eval" / "goldwire_eval", {"goldwire_corpus"}),
    "goldwire_annotation": (ROOT / "annotation" / "goldwire_annotation", {"goldwire_corpus", "goldwire_eval"}),
    "goldwire_baselines": (ROOT / "baselines" / "goldwire_baselines", {"goldwire_corpus", "goldwire_eval"}),
    "goldwire": (
        ROOT / "eval" / "goldwire",
        {"goldwire_corpus", "goldwire_eval", "goldwire_annotation", "goldwire_baselines"},
    ),
}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    folder, allowed = ROOMS[room]
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.partition(".")[0]
                assert top not in ROOMS or top in allowed | {room}, f"{path} imports {name}"


@pytest.mark.parametrize(
    "path", [p for folder, _ in ROOMS.values() for p in folder.rglob("*.py")], ids=lambda p: p.name
)
def test_files_are_small(path: Path) -> None:
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
        assert name in pages, f"{name} stands in no README"
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


def test_every_command_of_the_table_is_there() -> None:
    result = run("--help")
    for name in COMMANDS:
        assert name in result.output


def test_every_metric_has_a_row_and_a_test() -> None:
    from goldwire_eval.metrics.registry import METRICS

    page = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "eval").glob("*.py"))
    for name in METRICS:
        family, _, measure = name.partition("@")[0].rpartition(".")
        # Of the measures of coreference the first stands for all.
        shown = f"{family}.muc" if family.endswith(("coref", "cross.entity", "cross.event")) else name.partition("@")[0]
        assert f"`{shown}" in page, name
        assert measure in tests, name


def test_a_model_in_the_current_folder_is_found_by_the_installed_command(tmp_path: Path) -> None:
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "my_module.py").write_text(_blocks("python")[1], encoding="utf-8")
    command = [str(Path(sys.executable).parent / "goldwire"), "run", "my_package.my_module:MyModel"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "mention.exact" in result.stdout


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path))
    load, model, figures = _blocks("python")
    scope: dict[str, object] = {}
    exec(load, scope)
    assert scope["ner"]
    (tmp_path / "readme_model.py").write_text(model, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    said = json.loads(run("run", "readme_model:MyModel", "--out", tmp_path / "my.jsonl", "--json", "-").stdout)
    assert said["metrics"]["ner"]["tp"] > 0
    monkeypatch.chdir(tmp_path)
    exec(figures, scope)
    assert scope["figures"] == said["metrics"]


def test_the_prediction_of_the_readme_is_valid(tmp_path: Path) -> None:
    (block,) = _blocks("json")
    path = tmp_path / "my.jsonl"
    path.write_text(block, encoding="utf-8")
    result = run("validate", path)
    assert result.exit_code == 0, result.output
    figures = json.loads(run("score", path, "--json", "-").stdout)
    assert figures["metrics"]["mention.exact"]["tp"] == 1
    assert figures["metrics"]["argument.attached.cls@head"]["tp"] == 1
