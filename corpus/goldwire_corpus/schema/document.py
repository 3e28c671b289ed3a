"""Schema of a gold document: one row of the `documents` configuration.

Every span of every layer is ``[start, end)`` in Unicode code points of ``text``, as Python slices.
"""

import msgspec


class Span(msgspec.Struct, frozen=True, gc=False):
    start: int
    end: int


class Segmentation(msgspec.Struct, frozen=True):
    sentences: list[Span]
    tokens: list[Span]


class Marked(msgspec.Struct, frozen=True):
    """Fields of all annotations of spans."""

    id: str
    start: int
    end: int


class Mention(Marked, frozen=True, gc=False):
    """A mention of an entity; `entity` is the id of an `Entity` of the document, `level` is NAM, NOM or PRO."""

    head_start: int
    head_end: int
    type: str
    level: str
    entity: str


class Entity(msgspec.Struct, frozen=True, gc=False):
    """A cluster of coreferent mentions; `link` is an id of the world's knowledge base, or NIL."""

    id: str
    type: str
    name: str
    link: str


class Time(Marked, frozen=True, gc=False):
    """A time expression with TIMEX3 type and value (Pustejovsky et al. 2010, ISO-TimeML)."""

    type: str
    value: str


class Quantity(Marked, frozen=True, gc=False):
    """A quantity; `min` and `max` are inclusive bounds of its value, None if the text gives no bound."""

    min: float | None
    max: float | None
    modifier: str
    unit: str


class Title(Marked, frozen=True, gc=False):
    """The name of a post or rank."""


class Argument(msgspec.Struct, frozen=True, gc=False):
    """An argument of an event. `filler` is the id of a mention, time, quantity, title or event of the same document.

    `scope` of a Count is total, part or superseded; of every other role it is None.
    """

    role: str
    filler: str
    scope: str | None = None


class Event(Marked, frozen=True):
    """An event mention; `source` is a mention id or AUTHOR, `means` and `phase` are None if the type has none."""

    type: str
    realis: str
    polarity: str
    means: str | None
    phase: str | None
    source: str
    stance: str
    cluster: str
    arguments: list[Argument]


class EventCluster(msgspec.Struct, frozen=True, gc=False):
    """Coreferent events; `earliest` and `latest` anchor an actual event to calendar days, None if unknown."""

    id: str
    type: str
    link: str
    earliest: str | None
    latest: str | None


class Relation(msgspec.Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """A relation from one event cluster to another, by their ids."""

    type: str
    from_: str
    to: str


class Toll(msgspec.Struct, frozen=True, gc=False):
    """Numbers of killed and wounded by one source; a superseded toll is replaced later in the document.

    `source` is the name of the entity of the source, or AUTHOR. Both bounds are None if the source gives no number.
    """

    source: str
    killed_min: int | None
    killed_max: int | None
    wounded_min: int | None
    wounded_max: int | None
    superseded: bool


class Record(msgspec.Struct, frozen=True):
    """An incident record, derived from one cluster of actual events. Bounds are inclusive, None if unknown.

    `incident` is the id of the incident in the knowledge base, None if the cluster has no link. The bounds of killed
    and wounded cover all `tolls` that are not superseded.
    """

    id: str
    cluster: str
    type: str
    earliest: str | None
    latest: str | None
    place: str | None
    actors: list[str]
    targets: list[str]
    killed_min: int | None
    killed_max: int | None
    wounded_min: int | None
    wounded_max: int | None
    instrument: list[str]
    sources: list[str]
    tolls: list[Toll] = []
    incident: str | None = None


class Annotations(msgspec.Struct, frozen=True):
    """The layers of a stand-off file."""

    mentions: list[Mention] = []
    entities: list[Entity] = []
    times: list[Time] = []
    quantities: list[Quantity] = []
    titles: list[Title] = []
    events: list[Event] = []
    event_clusters: list[EventCluster] = []
    relations: list[Relation] = []


class Document(msgspec.Struct, frozen=True):
    id: str
    part: str
    world: str
    genre: str
    title: str
    published: str | None
    text: str
    sentences: list[Span]
    tokens: list[Span]
    mentions: list[Mention] = []
    entities: list[Entity] = []
    times: list[Time] = []
    quantities: list[Quantity] = []
    titles: list[Title] = []
    events: list[Event] = []
    event_clusters: list[EventCluster] = []
    relations: list[Relation] = []
    records: list[Record] = []

    @property
    def publication(self) -> str:
        """The publication date in words for a page."""
        return f"published {self.published}" if self.published else "publication date unknown"


def marked(document: Document | Annotations) -> list[Marked]:
    """Return all annotations of spans, layer by layer."""
    return [*document.mentions, *document.times, *document.quantities, *document.titles, *document.events]


def filler_types(document: Document) -> dict[str, str]:
    """Return the filler type (an entity type, TIME, QTY, TITLE or EVENT) of each id that may fill a role."""
    return (
        {m.id: m.type for m in document.mentions}
        | {t.id: "TIME" for t in document.times}
        | {q.id: "QTY" for q in document.quantities}
        | {p.id: "TITLE" for p in document.titles}
        | {e.id: "EVENT" for e in document.events}
    )


LEVELS = ("NAM", "NOM", "PRO")
TIME_TYPES = ("DATE", "TIME", "DURATION", "SET")
MODIFIERS = ("exact", "about", "at-least", "at-most", "more-than")
TEMPORAL = ("BEFORE", "INCLUDES", "OVERLAPS", "SIMULTANEOUS")
CAUSAL = ("CAUSES", "ENABLES")
RELATIONS = (*TEMPORAL, *CAUSAL, "SUBEVENT")
NIL = "NIL"
AUTHOR = "AUTHOR"
