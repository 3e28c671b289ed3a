"""Words of messages."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an s in the plural: 1 world, 1,200 worlds."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
