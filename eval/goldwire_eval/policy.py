"""What scorers in use decide differently: each policy has a name, a default and a place in the signature."""

from typing import Literal

import msgspec

from goldwire_corpus.errors import UsageError

OWN, ANY = "goldwire", "any"
SCHEMES = (OWN, "ace2005", "ere", "conll2003", "ontonotes", "acled", "plover", ANY)


class Policies(msgspec.Struct, frozen=True):
    """The choices of a score; the first value of each is the default.

    - `labels`: the label set of the predictions.
    - `bio`: invalid IOB2 tags are repaired as conlleval does, drop their entity as seqeval's strict mode does, or are
      refused.
    - `duplicates`: a repeated item is one match and one spurious item, or is taken once.
    - `singletons`: clusters of one mention are kept or dropped.
    - `undefined`: a figure of nothing is null or zero.
    - `partial`: a toll inside the gold interval and not equal to it earns nothing or a half.
    - `quotes`: a quote must be in the text as it is, or may differ in case, white space, quotation marks, dashes and
      Unicode normalisation form.
    - `invalid`: an invalid item rejects the file or counts as an error.
    - `resample`: intervals and tests resample worlds, of which a document without one is its own, or documents.
    """

    labels: str = OWN
    bio: Literal["repair", "drop", "refuse"] = "repair"
    duplicates: Literal["spurious", "once"] = "spurious"
    singletons: Literal["kept", "dropped"] = "kept"
    undefined: Literal["null", "zero"] = "null"
    partial: Literal["none", "half"] = "none"
    quotes: Literal["exact", "normalised"] = "exact"
    invalid: Literal["rejected", "wrong"] = "rejected"
    resample: Literal["worlds", "documents"] = "worlds"

    def __str__(self) -> str:
        return "|".join(f"{name}:{getattr(self, name)}" for name in self.__struct_fields__) + "|missing:empty"


DEFAULT = Policies()
PROFILES: dict[str, dict[str, str]] = {
    "conlleval": {"undefined": "zero"},
    "seqeval-strict": {"bio": "drop", "undefined": "zero"},
    "conll-2012": {"duplicates": "once", "undefined": "zero"},
    "muc4": {"partial": "half", "undefined": "zero"},
    "textee": {"duplicates": "once", "undefined": "zero"},
}
"""Policies under which a figure can be compared with a published one; the remaining differences are in the docs."""


def policies_of(
    *, labels: str = OWN, profile: str | None = None, lenient: bool = False, quotes: str = "exact",
    resample: str = "worlds",
) -> Policies:  # fmt: skip
    """Return the policies of a label set and a profile; `lenient` counts invalid items as wrong.

    Raises UsageError for an unknown label set, profile, policy of quotes or unit of resampling.
    """
    for what, value, known in (("label set", labels, SCHEMES), ("profile", profile, PROFILES)):
        if value is not None and value not in known:
            raise UsageError(f"unknown {what} {value!r}; expected one of {', '.join(known)}")
    chosen = {"labels": labels, "quotes": quotes, "resample": resample, **PROFILES.get(profile or "", {})}
    if lenient:
        chosen["invalid"] = "wrong"
    try:
        return msgspec.convert(chosen, Policies)
    except msgspec.ValidationError as error:
        raise UsageError(f"invalid policy: {error}") from None
