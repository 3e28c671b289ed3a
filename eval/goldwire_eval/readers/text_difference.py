"""How two texts of one document differ, in words: offsets into one of them would mean something else in the other."""

from unicodedata import name, normalize

from goldwire_corpus.errors import ValidationError
from goldwire_eval.batch.validation import shown
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.tag_blocks import line_at

_SPACES = str.maketrans("\n\r\t\u00a0\x0b\x0c\u2028\u2029", " " * 8)


def text_error(gold: Line, pred: Line) -> ValidationError:
    """Return the error that the text of a prediction is not its document's.

    Two files of tags differ in a token, which is named with its line; other texts differ from a code point on.
    """
    id, text, own = gold.row.id, pred.row.text or "", gold.row.text or ""
    at = first_difference(text, own)
    if not pred.lines:
        message = f"{id}: the text differs from the document's from code point {at} on{text_difference(text, own)}"
        return ValidationError(pred.path, pred.line, "text-differs", message)
    # Of tags a text ends without the line end of its last sentence.
    text, own = text + "\n", own + "\n"
    at = first_difference(text, own)
    number = text.count(" ", 0, at) + text.count("\n", 0, at) + 1
    word, there = _word_at(text, at), _word_at(own, at)
    message = token_message(id, number, word, there)
    if word == there and not (text[at:].strip() and own[at:].strip()):
        place, other = ("in gold", "here") if text[at:].strip() else ("here", "in gold")
        message = f"{id}: token {number}, {shown(word)}, is the last {place}; more follow {other}"
    elif word == there:
        place, other = ("here", "in gold") if text[at : at + 1] == "\n" else ("in gold", "here")
        message = f"{id}: a sentence ends behind token {number}, {shown(word)}, {place} and not {other}"
    return ValidationError(pred.path, line_at(text, at, pred.lines), "token-differs", message)


def same_text(text: str, own: str) -> bool:
    """Return whether offsets into two texts mean the same: they are equal except for kinds of white space."""
    return text == own or spaced(text) == spaced(own)


def spaced(text: str) -> str:
    """Return a text with a space for every white-space character, and none at the end."""
    return text.translate(_SPACES).rstrip()


def token_message(id: str, number: int, word: str, own: str | None) -> str:
    """Return the message that a token is not gold's; `own` is gold's, None or empty if it has no further token."""
    there = f"{shown(own)} in gold{character_difference(word, own)}" if own else "gold has no further token"
    return f"{id}: token {number} is {shown(word)} here and {there}"


def first_difference(text: str, own: str) -> int:
    """Return the first code point at which two different texts differ."""
    low, high = 0, min(len(text), len(own))
    if text[:high] == own[:high]:
        return high
    # The longest common prefix, by halving.
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[:middle] == own[:middle] else (low, middle - 1)
    return low


def text_difference(text: str, own: str) -> str:
    """Return what kind of difference two texts have, as the end of a message."""
    if _same_lines(text) == _same_lines(own):
        return ": they differ in line ends only"
    if text.strip() == own.strip():
        return ": they differ in white space at the ends only"
    if " ".join(text.split()) == " ".join(own.split()):
        return ": they differ in white space only"
    return character_difference(text, own)


def character_difference(text: str, own: str) -> str:
    """Return the characters in which two strings differ first, as the end of a message.

    Names Unicode normalisation and characters that look alike; empty for a plain difference of letters of one alphabet.
    """
    if normalize("NFC", text) == normalize("NFC", own):
        form = "NFD" if normalize("NFD", text) == text else "NFC" if normalize("NFC", text) == text else "mixed form"
        return f": they are equal after Unicode normalisation (here {form}); normalise both texts to one form"
    at = first_difference(text, own)
    if not (at < len(text) and at < len(own)):
        return ""
    one, other = text[at], own[at]
    if one.isascii() and other.isascii():
        return ""
    equal = normalize("NFKC", one) == normalize("NFKC", other)
    alike = ", which look alike" if equal or _shape(one) == _shape(other) else ""
    return f" ({_called(one)} here, {_called(other)} in gold{alike})"


def _called(character: str) -> str:
    return f"U+{ord(character):04X} {name(character, 'unnamed')}"


def _shape(character: str) -> str:
    """Return a name without the alphabet: LATIN SMALL LETTER A and CYRILLIC SMALL LETTER A are both SMALL LETTER A."""
    words = name(character, str(character)).split()
    if {"APOSTROPHE", "QUOTATION"} & {*words}:
        return "quotation mark"
    if {"HYPHEN", "HYPHEN-MINUS", "DASH"} & {*words}:
        return "dash"
    return " ".join(words[1:]) if "LETTER" in words else " ".join(words)


def _same_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _word_at(text: str, at: int) -> str:
    begin = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    return text[begin:].replace("\n", " ").partition(" ")[0]
