"""The name of each entity of a prediction whose coreference is learnt."""

from collections import Counter
from collections.abc import Sequence

from goldwire_corpus.schema.prediction import PredMention


def entity_names(text: str, mentions: Sequence[PredMention]) -> dict[str, str]:
    """Return the name of each entity: its most frequent proper name, else its first noun phrase, else a pronoun."""
    forms: dict[str, tuple[Counter[str], list[str], list[str]]] = {}
    for m in mentions:
        names, phrases, pronouns = forms.setdefault(str(m.entity), (Counter(), [], []))
        full = text[m.start or 0 : m.end or 0]
        if m.level == "NAM":
            names[text[m.head_start or 0 : m.head_end or 0]] += 1
        else:
            (pronouns if m.level == "PRO" else phrases).append(full)
    return {
        entity: names.most_common(1)[0][0] if names else (phrases or pronouns)[0]
        for entity, (names, phrases, pronouns) in forms.items()
    }
