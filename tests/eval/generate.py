"""Random gold and predictions of every layer, from a seed: nested, doubled, empty, at the edges, one giant cluster."""

import random
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from goldwire_corpus.schema.document import RELATIONS
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.registry import METRICS
from goldwire_eval.policy import Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score

Row = dict[str, Any]
TYPES = ("PER", "GPE", "FAC")
EVENT_TYPES = ("Attack", "Die", "Injure", "State")
ROLES = {"Attack": ("Attacker", "Target", "Place", "Time", "Count"), "Die": ("Agent", "Victim", "Place", "Count"),
         "Injure": ("Agent", "Victim", "Time"), "State": ("Speaker", "Topic-Event", "Topic-Event")}  # fmt: skip
LENGTH = 24


def score_rows(
    gold: Sequence[Row], pred: Sequence[Row], lenient: bool = False, metrics: Collection[str] = METRICS
) -> Scored:
    """Score rows as if they were read from files; strict unless `lenient`."""
    lines = [Line("gold", number, msgspec.convert(row, Prediction)) for number, row in enumerate(gold, 1)]
    made = [msgspec.convert(row, Prediction) for row in pred]
    of = Gold(lambda _: iter(lines), list, "gold")
    return score(Predictions.of_rows(made, "x"), of, Policies(invalid="wrong" if lenient else "rejected"), metrics)


class Maker:
    """Rows whose spans come from a small pool, so that the two sides meet often."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def text(self, length: int = LENGTH) -> str:
        return "".join(self.rng.choice("ab e") for _ in range(length))

    def spans(self, text: str, count: int) -> list[tuple[int, int]]:
        """Spans of the text, the whole of it and its first and last letters among them."""
        size = len(text)
        pool = [(0, size), (0, 1), (size - 1, size)]
        while len(pool) < count + 3:
            start = self.rng.randrange(size)
            pool.append((start, self.rng.randint(start + 1, min(size, start + 8))))
        return self.rng.sample(pool, count)

    def partition(self, count: int) -> list[str | None]:
        """A cluster for each of `count` items: all in one, each its own, or mixed; None is none."""
        how = self.rng.choice(("one", "own", "mixed", "mixed", "mixed"))
        if how == "own":
            return [self.rng.choice((None, f"k{i}")) for i in range(count)]
        kinds = 1 if how == "one" else max(1, count // 2)
        return [f"k{self.rng.randrange(kinds)}" if self.chance(0.95) else None for _ in range(count)]

    def clusters_of(self, items: Sequence[Row], field: str) -> list[Row]:
        ids = sorted({item[field] for item in items if item[field] is not None})
        return [{"id": id, "link": self.rng.choice(("Q1", "Q2", "Q3", "NIL", "NIL"))} for id in ids]

    def mentions(self, spans: Sequence[tuple[int, int]]) -> list[Row]:
        made = []
        for i, ((start, end), cluster) in enumerate(zip(spans, self.partition(len(spans)), strict=True)):
            head = self.rng.randint(start, end - 1)
            made.append(
                {"id": f"m{i}", "start": start, "end": end, "head_start": head,
                 "head_end": self.rng.randint(head + 1, end),
                 "type": self.rng.choice(TYPES), "level": self.rng.choice(("NAM", "NAM", "NOM", "PRO")),
                 "entity": cluster}
            )  # fmt: skip
        return made

    def values(self, spans: Sequence[tuple[int, int]], quantity: bool) -> list[Row]:
        made = []
        for i, (start, end) in enumerate(spans):
            low, high = sorted((self.rng.randint(0, 4), self.rng.randint(0, 4)))
            open_ = self.rng.choice(({}, {}, {"max": None}, {"min": None}))
            value = {"min": low, "max": high, **open_} if quantity else {"value": self.rng.choice(("2024", "2025"))}
            made.append({"id": f"{'q' if quantity else 't'}{i}", "start": start, "end": end, **value})
        return made

    def events(self, spans: Sequence[tuple[int, int]], *fillers: Sequence[Row]) -> list[Row]:
        """`fillers` are mentions, times and quantities; each role takes its kind, or an event that is there already."""
        made: list[Row] = []
        for i, ((start, end), cluster) in enumerate(zip(spans, self.partition(len(spans)), strict=True)):
            type_ = self.rng.choice(EVENT_TYPES)
            if made and self.chance(0.2):
                place = made[-1]["start"], made[-1]["end"]
                free = sorted({*EVENT_TYPES} - {e["type"] for e in made if (e["start"], e["end"]) == place})
                if free:
                    (start, end), type_ = place, self.rng.choice(free)
            roles = [self.rng.choice(ROLES[type_]) for _ in range(self.rng.randint(0, 3))]
            may = {role: (*fillers, made)[{"Time": 1, "Count": 2, "Topic-Event": 3}.get(role, 0)] for role in roles}
            arguments = [{"role": r, "filler": self.rng.choice(may[r])["id"]} for r in roles if may[r]]
            made.append(
                {"id": f"e{i}", "start": start, "end": end, "type": type_, "cluster": cluster, "arguments": arguments,
                 "realis": self.rng.choice(("ACTUAL", "OTHER")), "polarity": self.rng.choice(("positive", "negative")),
                 "means": self.rng.choice((None, "raid")), "phase": None, "stance": "asserts",
                 "source": self.source(*fillers[:1])}
            )  # fmt: skip
        return made

    def source(self, mentions: Sequence[Row]) -> str:
        return str(self.rng.choice(mentions)["id"]) if mentions and self.chance(0.3) else "AUTHOR"

    def relations(self, clusters: Sequence[str], count: int) -> list[Row]:
        pick = self.rng.choice
        return [{"type": pick(RELATIONS), "from": pick(clusters), "to": pick(clusters)} for _ in range(count)]

    def records(self, count: int) -> list[Row]:
        pick, made = self.rng.choice, []
        for _ in range(count):
            low, high = sorted((self.rng.randint(0, 3), self.rng.randint(0, 3)))
            made.append(
                {"type": pick(("Attack", "Die")), "earliest": pick((None, "2024-01-01")), "latest": "2024-01-02",
                 "place": pick((None, "Lemre", "Vale")), "killed_min": low, "killed_max": high,
                 "actors": self.rng.sample(("Red", "Blue", "Green"), self.rng.randint(0, 2)),
                 "targets": self.rng.sample(("Red", "Blue"), self.rng.randint(0, 1))}
            )  # fmt: skip
        return made

    def row(self, id: str, text: str, most: int = 6, **facts: Any) -> Row:
        """A row of every layer, each now and then empty; no span occurs twice in the mentions, and in the events only
        with two types."""

        def count() -> int:
            return self.rng.choice((0, 1, most // 2, most))

        mentions = self.mentions(self.distinct(text, count()))
        times = self.values(self.spans(text, min(2, count())), quantity=False)
        quantities = self.values(self.spans(text, min(2, count())), quantity=True)
        events = self.events(self.distinct(text, count()), mentions, times, quantities)
        clusters = self.clusters_of(events, "cluster")
        names = [cluster["id"] for cluster in clusters]
        relations = self.relations(names, self.rng.randint(0, 6)) if names else []
        return {
            "id": id, "text": text, **facts, "mentions": mentions, "entities": self.clusters_of(mentions, "entity"),
            "times": times, "quantities": quantities, "titles": self.titles(text), "events": events,
            "event_clusters": clusters, "relations": relations, "records": self.records(self.rng.randint(0, 3)),
        }  # fmt: skip

    def titles(self, text: str) -> list[Row]:
        return [
            {"id": f"p{i}", "start": s, "end": e} for i, (s, e) in enumerate(self.spans(text, self.rng.randint(0, 2)))
        ]

    def distinct(self, text: str, count: int) -> list[tuple[int, int]]:
        found = list(dict.fromkeys(self.spans(text, count + 4)))
        return found[:count]

    def altered(self, gold: Row) -> Row:
        """A prediction that keeps much of a gold row, changes labels, drops, invents, and says some things twice."""
        text = gold["text"]
        other = self.row(gold["id"], text)
        made: Row = {"id": gold["id"]}
        for layer in ("mentions", "times", "quantities", "titles", "events", "relations", "records"):
            kept = [dict(item) for item in gold[layer] if self.chance(0.7)]
            for item in kept:
                for name in ("type", "level", "value", "min", "realis", "means", "place", "entity", "cluster"):
                    if name in item and self.chance(0.1) and other[layer]:
                        item[name] = self.rng.choice(other[layer]).get(name, item[name])
                if item.get("min") is not None and item.get("max") is not None and item["min"] > item["max"]:
                    item["max"] = item["min"]
            made[layer] = kept
        made["mentions"] += self.fresh(other["mentions"], "n")
        made["times"] += self.fresh(other["times"], "u")
        made["quantities"] += self.fresh(other["quantities"], "v")
        made["titles"] += self.fresh(other["titles"], "w")
        made["events"] += self.fresh(other["events"], "f")
        made["records"] += [r for r in other["records"] if self.chance(0.3)]
        self.repair(made)
        for event in made["events"]:
            for argument in event["arguments"]:
                if self.chance(0.2):
                    (start, end), *_ = self.spans(text, 1)
                    argument["filler"] = {"start": start, "end": end}
        for name, layer, field in (("entities", "mentions", "entity"), ("event_clusters", "events", "cluster")):
            said = {c["id"]: c for c in gold[name]}
            made[name] = [said.get(c["id"], c) if self.chance(0.8) else c for c in self.clusters_of(made[layer], field)]
        return made

    def fresh(self, items: Sequence[Row], prefix: str) -> list[Row]:
        return [{**item, "id": f"{prefix}{i}"} for i, item in enumerate(items) if self.chance(0.3)]

    def repair(self, made: Row) -> None:
        """Remove references to missing items, so that everything is valid."""
        there = {item["id"] for layer in ("mentions", "times", "quantities", "events") for item in made[layer]}
        for event in made["events"]:
            if event["source"] not in there:
                event["source"] = "AUTHOR"
            event["arguments"] = [
                {**a} for a in event["arguments"] if a["filler"] in there and a["role"] in ROLES[event["type"]]
            ]
        clusters = {e["cluster"] for e in made["events"]}
        made["relations"] = [r for r in made["relations"] if r["from"] in clusters and r["to"] in clusters]

    def pair(self, id: str, **facts: Any) -> tuple[Row, Row]:
        """A gold row and a prediction of it: altered, of its own, gold itself, or empty."""
        gold = self.row(id, self.text(), **facts)
        how = self.rng.choice(("altered", "altered", "altered", "own", "gold", "empty"))
        if how == "altered":
            return gold, self.altered(gold)
        if how == "own":
            pred = self.row(id, gold["text"])
            return gold, {k: v for k, v in pred.items() if k != "text"}
        if how == "gold":
            return gold, gold
        return gold, {"id": id, "mentions": [], "events": [], "relations": [], "records": []}

    def corpus(self, documents: int) -> tuple[list[Row], list[Row]]:
        """`documents` pairs in three worlds and out of any, two genres and two parts."""
        pairs = []
        for n in range(documents):
            facts = {"world": self.rng.choice((None, "w0", "w1", "w2")), "genre": self.rng.choice("gh"), "part": "p"}
            pairs.append(self.pair(f"d{n}", **facts))
        gold, pred = zip(*pairs, strict=True)
        return list(gold), list(pred)
