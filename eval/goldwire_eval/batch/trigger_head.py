"""The head of a trigger by rule: the word that names the event in "was killed" or "carried out an attack".

The rule reads the words of the trigger alone, on either side, and knows nothing of the other side. A head is its own
head, so that no answer gains over the answer that gives its heads. The choice of word follows the annotation
guidelines: the main verb of auxiliaries, the noun of a light verb, the last noun of a compound.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from goldwire_eval.batch.arrays import Ints, ints
from goldwire_eval.batch.tables import Spans

MOST_WORDS, MOST_CHARACTERS = 5, 100
"""A longer trigger has no head: it is compared by its whole span."""
_WORD = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+|(?<=\d)[.,]\d+)*")
_POSSESSIVE = ("'s", "\u2019s")
_CLAUSE = re.compile(r"[,;:()\u2013\u2014]|--")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DETERMINERS = _words(
    "a an the this that these those its their his her our my your one two three four five six seven eight nine ten "
    "dozens hundreds several some many more any no all both each every another other others"
)
_AUXILIARIES = _words(
    "be am is are was were been being have has had having do does did will would shall should can could may might must "
    "to not never n't he she it they we i you who which there begin begins began begun beginning continue continues "
    "continued continuing try tries tried trying start starts started starting"
)
_GET = _words("get gets got getting gotten")
_LIGHT = _words(
    "conduct conducts conducted conducting launch launches launched launching stage stages staged staging mount mounts "
    "mounted mounting commit commits committed committing perform performs performed performing perpetrate perpetrated "
    "undertake undertook undertaken wage wages waged waging"
)
_CARRY = _words("carry carries carried carrying")
# Light before an event of any kind, full verbs before a definite object: "held talks", "held the bridge".
_AT_TIMES_LIGHT = _words(
    "make makes made making take takes took taken taking hold holds held holding give gives gave given giving open "
    "opens opened opening set sets setting impose imposes imposed imposing declare declares declared declaring "
    "reach reaches reached reaching sign signs signed signing order orders ordered issue issues issued issuing "
    "deliver delivers delivered"
)
_INDEFINITE = _words("a an another")
# Words that begin a modifier, an object or a clause after the head.
_AFTER = _words(
    "of in on at for from to with by against near into onto upon between among during after before since over under "
    "through across along around about toward towards within without until unless because than as and or but so if "
    "when where while whether why how that him them me us himself herself itself themselves here there today yesterday "
    "tonight again earlier later"
)
# Particles and results: one of them may be a trigger, as in "the dead".
_RESULTS = _words("up down out off away back apart forward together aside ashore home free dead alight alive open shut")
_IRREGULAR = _words(
    "beat beaten became bent bound blew blown bought broke broken brought built burnt burst came caught chose chosen "
    "dealt dug drew drawn drove driven fell fallen fed felt fled flew flown forbade forbidden forgave fought found "
    "froze frozen gave given gone got grew grown held hid hidden hit hung hurt kept knew known laid led left lent let "
    "lost made meant met overran paid put quit rang ran read rose said sank sat sawn seen sent set shook shaken shot "
    "shut slain slew slid sold sought spent split spoke spoken stole stolen stood struck sunk swept swore sworn swung "
    "taken taught threw thrown told took tore torn undertook went withdrawn withdrew woke won wore wound written wrote"
)
# They end like the past of a verb, and stand before a noun as adjectives do.
_ADJECTIVES = _words(
    "alleged armed attempted botched continued coordinated failed foiled heated intended limited organised organized "
    "planned prolonged proposed renewed repeated reported sacred staged suspected sustained targeted threatened united"
)
_NOT_ADVERBS = _words("rally assembly ally supply reply family fly bully anomaly july early")


def trigger_head(surface: str) -> tuple[int, int]:
    """Return the span of the head word of a trigger within it; the whole of it for a trigger that has none."""
    whole = 0, len(surface)
    if surface.isalnum() or len(surface) > MOST_CHARACTERS:
        return whole
    met = list(_WORD.finditer(surface))
    if not met or len(met) > MOST_WORDS:
        return whole
    # What follows a comma belongs to another word.
    gaps = [bool(_CLAUSE.search(surface, a.end(), b.start())) for a, b in pairwise(met)]
    words = [m.group().lower().replace("\u2019", "'") for m in met]
    words = words[: gaps.index(True) + 1] if True in gaps else words
    names = [m.group()[0].isupper() for m in met]
    start, end = met[_head(words, names)].span()
    return start, end - 2 if end - start > 2 and surface.endswith(_POSSESSIVE, start, end) else end


def _head(words: Sequence[str], names: Sequence[bool]) -> int:
    """Return the place of the head among the lower-cased words of a trigger, of which some are capitalised."""
    last = len(words) - 1
    while last > 0 and (words[last] in _AFTER or words[last] in _AUXILIARIES or _counts(words[last])):
        last -= 1
    words = words[: last + 1]
    i = 0
    while i < last and _leads(words, i):
        i += 2 if words[i] in _CARRY else 1
    before = words[i - 1] if i else ""
    return i if i == last or _is_verb(words, i, before) else _last_noun(words, i, names)


def _leads(words: Sequence[str], i: int) -> bool:
    """Return whether the head is to the right of a word that is not the last."""
    word, following = words[i], words[i + 1]
    if _counts(word) or word in _AUXILIARIES or word in _AFTER or word.endswith("n't"):
        return True
    if word in _GET:
        return _past(following)
    if word in _CARRY:
        return following == "out" and i + 2 < len(words) and not _ends(words[i + 2])
    if word in _LIGHT:
        return not _ends(following)
    if word in _AT_TIMES_LIGHT:
        return following in _INDEFINITE or not (_ends(following) or _counts(following) or _past(following))
    return word.endswith("ly") and word not in _NOT_ADVERBS


def _ends(word: str) -> bool:
    """Return whether a word that follows the head ends what it may be found in."""
    return word in _AFTER or word in _RESULTS


def _counts(word: str) -> bool:
    """Return whether a word is a determiner or a number."""
    return word in _DETERMINERS or word[0].isdigit()


def _past(word: str) -> bool:
    return (word.endswith("ed") and word not in _ADJECTIVES) or word in _IRREGULAR


def _is_verb(words: Sequence[str], i: int, before: str) -> bool:
    if before and _counts(before):
        return False
    return before in _AUXILIARIES or before in _GET or _past(words[i]) or _counts(words[i + 1])


def _last_noun(words: Sequence[str], i: int, names: Sequence[bool]) -> int:
    """Return the place of the last noun before a modifier, or of a verb whose subject it is."""
    while i + 1 < len(words):
        following = words[i + 1]
        if _ends(following) or following in _AUXILIARIES or _counts(following) or following in _CARRY:
            break
        if names[i + 1] and not names[i]:
            # "Retake Lemre": a name is an object.
            break
        if _past(following):
            # "Talks held" are talks, but "police said" is a saying.
            return i if following in _LIGHT or following in _AT_TIMES_LIGHT else i + 1
        i += 1
    return i


def trigger_heads(texts: Sequence[str], events: Spans) -> tuple[Ints, Ints]:
    """Return start and end of the heads of the triggers, for every row; a span below 0, lost in grounding, is kept."""
    start, end = events.start.copy(), events.end.copy()
    short = np.flatnonzero((start >= 0) & (end - start <= MOST_CHARACTERS))
    places = zip(events.doc[short].tolist(), start[short].tolist(), end[short].tolist(), strict=True)
    surfaces = [texts[document][low:high] for document, low, high in places]
    heads = {surface: trigger_head(surface) for surface in set(surfaces)}
    found = ints([offset for surface in surfaces for offset in heads[surface]]).reshape(-1, 2)
    end[short] = start[short] + found[:, 1]
    start[short] += found[:, 0]
    return start, end
