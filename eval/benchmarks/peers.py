"""What a user of each peer would write: `python peers.py PEER GOLD PRED`, run in the peers' own environment.

Prints its figures as one JSON object. Nothing is computed beyond F1, and precision and recall where they come with it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

Figures = dict[str, float]


def _tags(path: str) -> list[list[str]]:
    """The tags of each sentence."""
    sentences = Path(path).read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return [[line.rsplit("\t", 1)[1] for line in sentence.split("\n")] for sentence in sentences]


def seqeval(gold: str, pred: str) -> Figures:
    from seqeval.metrics import f1_score

    return {"f1": float(f1_score(_tags(gold), _tags(pred)))}


def seqeval_strict(gold: str, pred: str) -> Figures:
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    return {"f1": float(f1_score(_tags(gold), _tags(pred), mode="strict", scheme=IOB2))}


def nervaluate(gold: str, pred: str) -> Figures:
    from nervaluate import Evaluator

    texts = [Path(path).read_text(encoding="utf-8") for path in (gold, pred)]
    found = Evaluator(*texts, tags=["PER", "ORG", "GPE", "FAC"], loader="conll").evaluate()["overall"]["strict"]
    return {"precision": found.precision, "recall": found.recall, "f1": found.f1}


def conlleval(both: str, _pred: str) -> Figures:
    from conlleval import evaluate

    with Path(both).open(encoding="utf-8") as lines:
        found = evaluate(line.rstrip("\n") for line in lines)["overall"]["chunks"]["evals"]
    return {"precision": found["prec"], "recall": found["rec"], "f1": found["f1"]}


def scorch(gold: str, pred: str) -> Figures:
    """Over several documents its figures are means, weighted by mentions: B3's and CEAFm's precision and recall alone
    are those of the sums."""
    import tempfile

    from scorch.main import main_entry_point

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.txt"
        main_entry_point([gold, pred, str(out)])
        said = out.read_text(encoding="utf-8")
    figures: Figures = {}
    names = {"MUC": "muc", "B³": "b3", "CEAF_m": "ceafm", "CEAF_e": "ceafe", "BLANC": "blanc"}
    for line in said.splitlines():
        name, _, values = line.partition(":\t")
        if name in names:
            for field, value in zip(("recall", "precision", "f1"), values.split("\t"), strict=True):
                figures[f"{names[name]}.{field}"] = float(value.partition("=")[2])
    return figures


def coreference_eval(gold: str, pred: str) -> Figures:
    from corefeval import Document, Scorer

    scorer = Scorer()
    with Path(gold).open(encoding="utf-8") as golds, Path(pred).open(encoding="utf-8") as preds:
        for g, p in zip(golds, preds, strict=True):
            scorer.update(Document(predicted=json.loads(p)["clusters"], truth=json.loads(g)["clusters"]))
    _, found = scorer.detailed_score("", "", verbose=False)
    names = {"muc": "muc", "b_cubed": "b3", "ceafe": "ceafe", "lea": "lea"}
    return {f"{names[m]}.{field}": float(value) for m, row in found.items() for field, value in row.items()}


PEERS: dict[str, Callable[[str, str], Figures]] = {
    "seqeval": seqeval,
    "seqeval-strict": seqeval_strict,
    "nervaluate": nervaluate,
    "conlleval": conlleval,
    "scorch": scorch,
    "coreference-eval": coreference_eval,
}


if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](sys.argv[2], sys.argv[3])))
