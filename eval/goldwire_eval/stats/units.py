"""Units of resampling: what intervals and tests draw as a whole."""

from goldwire_corpus.parts import FIELD


def unit_of(part: str | None, world: str | None) -> str | None:
    """Return the world whose documents are drawn together, None for a document that is a unit of its own.

    Documents of the field part report different events, so each is a unit.
    """
    return None if part == FIELD else world or None
