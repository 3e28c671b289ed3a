"""Ontology from ``ontology.toml``: types, roles, fillers, attributes and mappings."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec


class EntityType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    definition: str
    ace2005: str | None = None
    ere: str | None = None
    conll2003: str | None = None
    ontonotes: str | None = None


class ValueType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    definition: str


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    values: list[str]
    default: str
    acled: dict[str, str] = {}


class ArgumentAttribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute of arguments with one of `roles`."""

    roles: list[str]
    values: list[str]
    default: str


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role; `fillers` are its allowed filler types: entity types, TIME, QTY, TITLE or EVENT."""

    definition: str
    fillers: list[str]
    ace2005: str | None = None
    ere: str | None = None


class EventType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event type; `roles` excludes the common roles, `role_names[scheme]` overrides the mappings of roles."""

    family: str
    definition: str
    roles: list[str]
    attributes: list[str] = []
    record: bool = False
    ace2005: str | None = None
    ere: str | None = None
    acled: str | None = None
    plover: str | None = None
    role_names: dict[str, dict[str, str]] = {}


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    roles: list[str]


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All labels of another scheme, including those without a corresponding type here."""

    entity: list[str] = []
    event: list[str] = []
    role: list[str] = []


class ValueLabels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels of another scheme for kinds of values and for nationalities; None if it has none."""

    date: str | None = None
    time: str | None = None
    money: str | None = None
    percent: str | None = None
    measure: str | None = None
    number: str | None = None
    nationality: str | None = None


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units of money, percentages and measures, in the singular."""

    money: list[str] = []
    percent: list[str] = []
    measure: list[str] = []


class Nationality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of nationalities: suffixes added to names of places, and irregular names."""

    suffixes: list[str] = []
    names: list[str] = []


class Ontology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    canary: str
    entity: dict[str, EntityType]
    value: dict[str, ValueType]
    attribute: dict[str, Attribute]
    argument_attribute: dict[str, ArgumentAttribute]
    role: dict[str, Role]
    event: dict[str, EventType]
    common: Common
    scheme: dict[str, Scheme] = {}
    value_labels: dict[str, ValueLabels] = {}
    units: Units = Units()
    nationality: Nationality = Nationality()

    def roles_of(self, event_type: str) -> list[str]:
        """Return all roles of an event type, its own before the common ones."""
        return [*self.event[event_type].roles, *self.common.roles]

    def scope(self, role: str, given: str | None = None) -> str | None:
        """Return the scope of an argument: `given`, or the default if it is None and the role has scopes."""
        scope = self.argument_attribute["scope"]
        return given or scope.default if role in scope.roles else given


@cache
def ontology() -> Ontology:
    """Return the ontology, which is read once."""
    text = Path(__file__).with_name("ontology.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Ontology)
