"""The items of one brat file: what its ids name, what belongs to another scheme, and which items are invalid."""

from collections.abc import Iterable

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.readers.brat_lines import LABELS, EventLine, Raw, SpanLine, note
from goldwire_eval.readers.void_rows import VALUES, layer_of


class BratItems:
    """The spans and events of a file. `errors` takes what is wrong; `invalid` counts invalid items by layer and type.

    With `any_labels`, what belongs to another scheme is counted in `raw.passed_over` and left out. If `lenient`,
    arguments that name no item are left to the validation of the prediction, which counts them as wrong.
    """

    def __init__(self, path: str, raw: Raw, any_labels: bool, lenient: bool, errors: list[ValidationError]):
        self.path, self.raw, self.lenient, self.errors = path, raw, lenient, errors
        self.events = dict(raw.events)
        self.event_of: dict[str, str] = {}
        self.invalid: list[tuple[str, str]] = [(layer_of(type_), type_) for type_ in raw.invalid]
        for identifier, event in raw.events.items():
            self.event_of.setdefault(event.trigger, identifier)
        for identifier, span in raw.spans.items():
            if span.type in ontology().event and identifier not in self.event_of:
                self.event_of[identifier] = identifier
                self.events[identifier] = EventLine(span.type, identifier, [], span.line)
        if any_labels:
            self._leave_out_foreign()

    def layer(self, identifier: str) -> str:
        """Return the layer of an item, which is a span that triggers nothing, or an event."""
        if identifier in self.events:
            return "events"
        return VALUES.get(self.raw.spans[identifier].type, "mentions")

    def item(self, identifier: str) -> str | None:
        """Return the item that an id of the file names; an event also goes by its trigger."""
        if identifier in self.raw.events:
            return identifier
        return self.event_of.get(identifier, identifier) if identifier in self.raw.spans else None

    def layered(self, targets: Iterable[str]) -> set[str]:
        """Return the layers of the items that ids name."""
        return {self.layer(item) for item in map(self.item, targets) if item is not None}

    def report(self, line: int, id: str, message: str) -> None:
        """Add an error."""
        note(self.errors, ValidationError(self.path, line, id, message))

    def known(self, target: str, line: int, what: str) -> bool:
        """Return whether an id names an item; report it if not."""
        if self.item(target) is None:
            self.report(line, "link-dangling", f"{what}: no item has the id {target[:60]!r}")
            return False
        return True

    def _leave_out_foreign(self) -> None:
        """Count and remove labels, references, groups and relations that no layer takes."""
        raw = self.raw
        for target, labels in raw.labels.items():
            item = self.item(target)
            taken = LABELS[self.layer(item)] if item is not None else set()
            for name in labels.keys() - taken:
                raw.pass_over(f"attributes {name.capitalize()!r} passed over")
                del labels[name]
        for target in [target for target in raw.references if self.item(target) is None]:
            raw.pass_over("references (N) of unknown items passed over")
            del raw.references[target]
        kept = []
        for type_, one, two, line in raw.relations:
            if self.layered((one, two)) == {"events"} and self.item(one) and self.item(two):
                kept.append((type_, one, two, line))
            else:
                raw.pass_over(f"relations {type_[:60]!r} that are not between events passed over")
        raw.relations = kept
        united = []
        for targets, line in raw.coreferent:
            if len(self.layered(targets)) == 1 and all(map(self.item, targets)):
                united.append((targets, line))
            else:
                raw.pass_over("coreference of items of several layers passed over")
        raw.coreferent = united

    def check(self, text: str | None) -> None:
        """Report ids that name nothing, labels that their item does not take, and spans that `text` contradicts.

        Removes invalid spans, and the events whose trigger is invalid.
        """
        raw = self.raw
        wrong = {identifier for identifier, span in raw.spans.items() if not self._is_valid(identifier, span, text)}
        lost = set[str]()
        for identifier, event in raw.events.items():
            trigger = raw.spans.get(event.trigger)
            if trigger is None or trigger.type != event.type:
                message = f"{identifier}: its trigger {event.trigger} is not a span of type {event.type}"
                self.report(event.line, "trigger-missing", message)
                lost.add(identifier)
            for role, target in event.arguments if not self.lenient else ():
                self.known(target, event.line, f"{identifier}: {role}")
        for target, labels in raw.labels.items():
            item = self.item(target)
            for name, label in labels.items():
                if item is None:
                    self.known(target, label.line, name)
                elif name not in LABELS[self.layer(item)]:
                    self.report(label.line, "label-unknown", f"{target} takes no label {name}")
        for target, reference in raw.references.items():
            self.known(target, reference.line, "Reference")
        self._remove(wrong, lost)

    def _is_valid(self, identifier: str, span: SpanLine, text: str | None) -> bool:
        """Return whether a span is in the text and in one piece; report it if not."""
        selected = "" if text is None else text[span.start : span.end]
        if text is not None and span.end > len(text):
            message = f"{identifier}: [{span.start}, {span.end}) is not in the text of {len(text)} code points"
            self.report(span.line, "span-range", message)
        elif any(not _is_line_end(text, *gap) for gap in span.gaps):
            parts = f"{identifier} leaves out {', '.join(f'[{a}, {z})' for a, z in span.gaps[:5])}"
            self.report(span.line, "span-discontinuous", f"{parts}: discontinuous spans are not read; give one span")
        elif text is not None and span.surface.strip() and not _same(span.surface, _written(span, text)):
            message = f"{identifier} reads {span.surface[:60]!r}, its offsets select {selected[:60]!r}"
            self.report(span.line, "span-text", message)
        else:
            return True
        return False

    def _remove(self, spans: set[str], events: set[str]) -> None:
        """Take invalid spans, and events that are invalid or have such a trigger, out of the file."""
        events = events | {i for i, event in self.events.items() if event.trigger in spans}
        for identifier in spans:
            if identifier not in self.event_of:
                self.invalid.append((self.layer(identifier), self.raw.spans[identifier].type))
        for identifier in events:
            event = self.events.pop(identifier)
            self.raw.events.pop(identifier, None)
            self.invalid.append(("events", event.type))
            trigger = self.raw.spans.get(event.trigger)
            if trigger is not None and trigger.type in ontology().event:
                spans = spans | {event.trigger}
        self.event_of = {trigger: event for trigger, event in self.event_of.items() if event not in events}
        for identifier in spans:
            self.raw.spans.pop(identifier, None)
            self.event_of.pop(identifier, None)


def _is_line_end(text: str | None, start: int, end: int) -> bool:
    """Return whether a gap in a span is a line end, where brat splits it; without text, if it is one code point."""
    between = "\n" if text is None and end - start == 1 else (text or "")[start:end]
    return bool(between) and not between.strip() and ("\n" in between or "\r" in between)


def _written(span: SpanLine, text: str) -> str:
    """Return the text of a span as brat writes it in the last column: a space for what separates its parts."""
    edges = [span.start, *(edge for gap in span.gaps for edge in gap), span.end]
    return " ".join(text[a:z] for a, z in zip(edges[::2], edges[1::2], strict=True))


def _same(surface: str, selected: str) -> bool:
    """Return whether two texts are equal except for line ends written as spaces and white space at the edges."""
    return surface == selected or _spaced(surface) == _spaced(selected)


def _spaced(text: str) -> str:
    return text.replace("\r\n", " ").replace("\n", " ").strip()
