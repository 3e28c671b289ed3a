"""What a score says about labels: those left out, label sets that fit better, mentions without a level."""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_eval.batch.item_columns import Rows
from goldwire_eval.batch.labels import Labels, schemes_of
from goldwire_eval.batch.tables import Side

LISTED = 10
"""How many labels a note lists."""


class LabelReport:
    """Gathers the labels of all batches; `labels` are those of the predictions."""

    def __init__(self, labels: Labels):
        self.labels = labels
        self._left_out: dict[str, Counter[tuple[str, str]]] = {"gold": Counter(), "predicted": Counter()}
        self._types: dict[str, set[str]] = {"mentions": set(), "events": set()}
        self._mentions = 0
        self._levels: dict[str, set[str]] = {"gold": set(), "predicted": set()}

    def add(self, gold: tuple[Side, Rows], pred: tuple[Side, Rows]) -> None:
        """Add the tables and the rows of both sides of a batch."""
        for name, (side, rows) in (("gold", gold), ("predicted", pred)):
            for layer, labels in side.left_out.items():
                # Labels of values are compared as mentions, though not among those of entities.
                counts = {(layer, label): n for label, n in labels.items() if label not in self.labels.values}
                self._left_out[name].update(counts)
            self._levels[name] |= rows.items["mentions"].labels_met("level")
        self._mentions += len(pred[1].items["mentions"])
        for layer, types in self._types.items():
            types |= pred[1].items[layer].labels_met("type")

    def merge(self, other: "LabelReport") -> None:
        """Add the labels of other batches."""
        for side, counts in other._left_out.items():
            self._left_out[side] += counts
            self._levels[side] |= other._levels[side]
        for layer, types in other._types.items():
            self._types[layer] |= types
        self._mentions += other._mentions

    def left_out(self, layers: Collection[str]) -> dict[str, dict[str, int]]:
        """Return, for either side, how many items of each label of these layers were left out, most frequent first."""
        out = {}
        for side, counts in self._left_out.items():
            sums = Counter[str]()
            for (layer, label), number in counts.items():
                if layer in layers:
                    sums[label] += number
            out[side] = dict(sums.most_common())
        return out

    def suggested(self, errors: list[ValidationError]) -> list[ValidationError]:
        """Return the errors; the first unknown type names the label sets that have every type of the submission."""
        first = next((i for i, error in enumerate(errors) if error.id == "type-unknown"), None)
        if first is not None:
            schemes = schemes_of(self._types["mentions"], self._types["events"], self.labels.scheme)
            if schemes:
                message = errors[first].message
                start = f"{message} E" if message.endswith("?") else f"{message}; e"
                message = f"{start}very type is of {' and of '.join(schemes)}: --labels {schemes[0]}"
                errors[first] = msgspec.structs.replace(errors[first], message=message)
        return errors

    def gives_no_level(self) -> bool:
        """Return whether gold has mentions that are not names and no mention of the submission has a level."""
        return self._mentions > 0 and bool(self._levels["gold"] & {"NOM", "PRO"}) and not self._levels["predicted"]


def left_out_note(scheme: str, left_out: Mapping[str, Mapping[str, int]]) -> str | None:
    """Return one line that names the labels left out, most frequent first; None if there is none."""
    parts = []
    for side, counts in left_out.items():
        labels = [f"{label} {number}" for label, number in islice(counts.items(), LISTED)]
        rest = sum(islice(counts.values(), LISTED, None))
        if labels:
            parts.append(f"{side} {', '.join([*labels, *([f'others {rest}'] if rest else [])])}")
    return f"not scored under {scheme}: {'; '.join(parts)}" if parts else None
