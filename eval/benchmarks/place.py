"""Where the benchmarks work: the data of each case and the peers' environment, made once and kept."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Program

HERE = Path(__file__).resolve().parent
PACKAGES = [str(HERE.parents[1] / name) for name in ("corpus", "eval", "annotation", "baselines")]
PATH = os.pathsep.join(PACKAGES)
OURS = {"PYTHONPATH": PATH, "PYTHONDONTWRITEBYTECODE": None}
"""So that what is measured is this checkout, whatever is installed, and compiled once, as an installation is."""


class Place:
    def __init__(self, folder: Path | None):
        self.folder = folder or Path(tempfile.gettempdir()) / "goldwire-benchmarks"
        self.folder.mkdir(parents=True, exist_ok=True)

    def data(self, name: str) -> Path:
        """The folder of a set of `data.SETS`, created if missing."""
        version = hashlib.sha256((HERE / "data.py").read_bytes()).hexdigest()[:8]
        folder = self.folder / f"data-{version}" / name
        if not (folder / "made").exists():
            print(f"making {name}", file=sys.stderr)
            subprocess.run([sys.executable, HERE / "data.py", name, folder], check=True)
            (folder / "made").touch()
        return folder

    def peers(self) -> str:
        """The interpreter that has the peers."""
        wanted = HERE / "requirements.txt"
        version = hashlib.sha256(wanted.read_bytes()).hexdigest()[:8]
        folder = self.folder / f"peers-{version}"
        python = folder / "bin" / "python"
        if not (folder / "made").exists():
            print("installing the peers", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
            (folder / "made").touch()
        return str(python)

    def goldwire(self, name: str, data: str, metrics: str | None, kind: str = "jsonl") -> Program:
        """`goldwire score` of the predictions of a set against its gold."""
        folder = self.data(data)
        command = [
            sys.executable, "-c", "from goldwire.cli import main; main()", "score", str(folder / f"pred.{kind}"),
            "--gold", str(folder / f"gold.{kind}"), "--json", "-",
        ]  # fmt: skip
        command += ["--labels", "any"] if kind == "conll" else []
        command += ["--metrics", metrics] if metrics else []
        return Program(name, command, OURS)

    def script(self, name: str, script: str, *arguments: str) -> Program:
        """A script of this folder on our packages."""
        return Program(name, [sys.executable, str(HERE / script), *arguments], OURS)

    def peer(self, name: str, *files: Path) -> Program:
        command = [self.peers(), str(HERE / "peers.py"), name, *map(str, files)]
        return Program(name, command, {"PYTHONPATH": None})

    def versions(self) -> dict[str, str]:
        """The version of every distribution that is measured; this checkout's own first."""
        code = (
            "import sys, json; from importlib.metadata import version;"
            "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
        )
        own = "from goldwire_corpus import __version__; print(__version__)"
        here = {**os.environ, "PYTHONPATH": PATH}
        out = subprocess.run([sys.executable, "-c", own], check=True, capture_output=True, env=here)
        found = {"goldwire": out.stdout.decode().strip()}
        theirs = ("seqeval", "nervaluate", "conlleval", "scorch", "coreference-eval")
        for python, names in ((self.peers(), theirs), (sys.executable, ("numpy", "scipy", "msgspec"))):
            out = subprocess.run([python, "-c", code, *names], check=True, capture_output=True).stdout
            found |= json.loads(out)
        return found
