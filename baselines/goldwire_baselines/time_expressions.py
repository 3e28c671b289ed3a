"""Time expressions of all baselines: a grammar of phrases in news and the TIMEX3 value of each.

The approach is that of HeidelTime (Strötgen and Gertz 2010): patterns find an expression, and what it leaves open is
taken from the publication date, the last day mentioned and the tense of the sentence. Spans and values are those of the
annotation guidelines, section 3. Quantities are in `values`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from goldwire_baselines.time_patterns import (
    BEFORE_MONTH,
    CLOCK,
    COUNT,
    DAY,
    DAYS,
    FUTURE,
    MODIFIER,
    MONTH,
    MONTH_DAY,
    NUMBERS,
    PART,
    PARTS,
    ROUND,
    SEASONS,
    UNIT,
    UNITS,
    YEAR,
    calendar_day,
    duration,
    either,
    month_number,
    numeral,
    ordinal,
)  # fmt: skip
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredTime


class _Context(NamedTuple):
    """What a handler may use: the day of publication, the last day mentioned, and the sentence."""

    published: date | None
    anchor: date | None
    sentence: str


Typed = tuple[str, str] | None
_Handler = Callable[[re.Match[str], _Context], Typed]


def times(document: Document) -> list[PredTime]:
    """Return the time expressions of a document in text order."""
    published = date.fromisoformat(document.published) if document.published else None
    anchor = published
    found: list[PredTime] = []
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        for start, end, match, handler in _matches(text):
            typed = handler(match, _Context(published, anchor, text))
            if typed is None:
                continue
            type_, value = typed
            if re.match(r"\d{4}-\d\d-\d\d", value):
                anchor = calendar_day(value[:10]) or anchor
            first, last = sentence.start + start, sentence.start + end
            found.append(PredTime(id=f"t{first}", start=first, end=last, type=type_, value=value))
    return found


def _matches(text: str) -> Iterator[tuple[int, int, re.Match[str], _Handler]]:
    """Yield matches from left to right; of overlapping ones the first, and of those that begin together the longest."""
    found = [
        (match.start("span"), _end(match), -number, match, handler)
        for number, (pattern, handler) in enumerate(_grammar())
        for match in pattern.finditer(text)
    ]
    end = 0
    for start, stop, _, match, handler in sorted(found, key=lambda f: (f[0], -f[1], -f[2])):
        if start >= end:
            yield start, stop, match, handler
            end = stop


def _end(match: re.Match[str]) -> int:
    """Return the end of an expression without the full stop of its sentence, which belongs to no abbreviation."""
    return match.end("span") - bool(re.search(r"[A-Z][a-z]{2,3}\.$", match["span"]))


@cache
def _grammar() -> list[tuple[re.Pattern[str], _Handler]]:
    day, clock = DAY, CLOCK
    rules: list[tuple[str, _Handler]] = [
        (rf"{ROUND}{clock}(?: on|,)? {day}", _clock),
        (rf"{day}(?:,| at)? {ROUND}{clock}", _clock),
        (rf"{ROUND}{clock}", _clock),
        (rf"(?:[Ee]arly|[Ll]ate)(?: on)? {day}(?! (?:{either(PARTS)}))", _edge_of_day),
        (rf"(?:(?:early|late) (?:on )?)?{day} {PART}(?:, {MONTH_DAY.replace('<', '<x')})?", _part),
        (rf"(?:[Tt]he |(?:early|late) (?:in )?(?:the )?)?{PART} (?:of|on) {day}", _part),
        (day, _day),
        (rf"(?P<span>(?P<day>\d{{1,2}}))(?:-| to | and )\d{{1,2}} {MONTH}{YEAR}", _range),
        (rf"{MONTH} \d{{1,2}}(?:-| to | and )(?P<span>(?P<day>\d{{1,2}})){YEAR}", _range),
        (r"(?P<det>[Tt]his|[Tt]hat|[Tt]he same|[Tt]he next|[Tt]he following|[Ll]ast|[Tt]he|[Ee]very|[Mm]ost"
         rf"|[Tt]omorrow|[Yy]esterday) (?:(?:early|late) )?{PART}s?(?! news)", _loose_part),
        (r"(?:[Aa]t|by|during) (?P<span>(?P<habit>night|day|the day))(?! of| on|,? \d)", _habit),
        (r"(?:before|after) (?P<span>(?P<alone>dark))", _loose_part),
        (r"(?P<alone>[Tt]onight|[Oo]vernight|dawn|dusk|nightfall|sunset|sunrise|midday|daybreak|pre-dawn)",
         _loose_part),
        (r"(?P<det>[Ee]arlier |[Ll]ater |[Ee]arly |[Ll]ate |the (?:end|beginning|start|middle) of )?"
         rf"(?P<which>[Ll]ast|[Nn]ext|[Tt]his|that|the same|the following|the previous|the) "
         rf"(?P<period>week|month|year|weekend|{either(SEASONS)})", _period),
        (r"(?P<lead>mid-|[Ee]arly (?:in )?|[Ll]ate (?:in )?|the (?:end|beginning|start|middle) of )?"
         rf"(?:(?P<which>[Ll]ast|[Nn]ext|this) )?{MONTH}(?:,? (?P<year>(?:19|20)\d\d))?"
         r"(?: of (?P<whose>last|next|this) year)?", _month),
        (r"(?P<year>(?:19|20)\d\d)s?", _year),
        (r"the (?P<day>\d{1,2}(?:st|nd|rd|th))(?=[ .,;:](?: ?[a-z]{1,4} |$|[ ,.]))(?! of)", _day_of_month),
        (rf"{MODIFIER}(?:the )?(?:last |past |coming |next |first )?{COUNT}(?: more| further| of the)? {UNIT}s?"
         r"(?P<after> ago| later| earlier| late)?", _length),
        (rf"(?P<count>\d+|{either(NUMBERS)})-(?P<unit>second|minute|hour|day|week|month)", _length),
        (rf"(?:the )?(?P<vague>last|past|recent|coming|previous) (?:few |several )?{UNIT}s", _vague),
        (rf"(?P<for>for |in |over |after )(?P<span>(?:many |several |a few )?{UNIT}s)"
         r"(?P<after> ago| later| earlier)?", _vague),
        (r"(?P<unit>(?i:second|minute|hour|day|week|month|year))s (?P<after>ago|later|earlier)", _vague),
        (rf"(?:[Ee]very|[Ee]ach) (?:other )?(?P<unit>{either(UNITS)}|{either(d.capitalize() for d in DAYS)})", _set),
        (r"(?P<often>[Dd]aily|[Ww]eekly|[Mm]onthly|[Yy]early)", _set),
        (r"(?P<ref>[Nn]ow|[Cc]urrently|[Rr]ecently|[Ss]oon|[Ee]arlier|at present)", _reference),
    ]  # fmt: skip
    return [
        (re.compile(rule if "<span>" in rule else rf"(?<![\w-])(?P<span>{rule})(?![\w]|-[a-z])"), handler)
        for rule, handler in rules
    ]


def _group(match: re.Match[str], *names: str) -> str:
    groups = match.groupdict()
    return next((value for name in names if (value := groups.get(name))), "")


def _clock(match: re.Match[str], context: _Context) -> Typed:
    day = _stamp(match, context) or (context.anchor.isoformat() if context.anchor else "XXXX-XX-XX")
    clock = _group(match, "clock").lower()
    if clock in ("noon", "midnight"):
        return "TIME", f"{day}T{'12' if clock == 'noon' else '00'}:00"
    hour = int(_group(match, "hour", "hour24"))
    minute = int(_group(match, "minute", "minute24") or 0)
    half = _group(match, "half")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or (not half and "." in clock and len(clock) < 5):
        return None
    return "TIME", f"{day}T{hour:02}:{minute:02}"


def _edge_of_day(match: re.Match[str], context: _Context) -> Typed:
    day = _stamp(match, context)
    return ("TIME", f"{day}T{'MO' if match['span'].lower().startswith('early') else 'NI'}") if day else None


def _part(match: re.Match[str], context: _Context) -> Typed:
    day = _stamp(match, context)
    return ("TIME", f"{day}T{PARTS[_group(match, 'part')]}") if day else None


def _day(match: re.Match[str], context: _Context) -> Typed:
    day = _stamp(match, context)
    return ("DATE", day) if day else None


def _range(match: re.Match[str], context: _Context) -> Typed:
    """Type the day of a range or list that the month of the other day governs."""
    value = _full(int(match["day"]), month_number(match["month"]), _group(match, "year"), context)
    return ("DATE", value) if value else None


def _loose_part(match: re.Match[str], context: _Context) -> Typed:
    alone = _group(match, "alone").lower()
    part = {"tonight": "NI", "overnight": "NI", "pre-dawn": "MO", "dark": "EV"}.get(alone) or PARTS[
        _group(match, "part") or alone
    ]
    det = _group(match, "det").lower()
    if det in ("every", "most"):
        return "SET", "P1D"
    day = context.anchor
    if alone == "tonight" or det == "this":
        day = context.published
    elif (det == "last" and part == "NI") or det == "yesterday" or alone == "overnight":
        day = context.published and context.published - timedelta(1)
    elif det in ("the next", "the following"):
        day = context.anchor and context.anchor + timedelta(1)
    elif det == "tomorrow":
        day = context.published and context.published + timedelta(1)
    return "TIME", f"{day.isoformat() if day else 'XXXX-XX-XX'}T{part}"


def _habit(match: re.Match[str], context: _Context) -> Typed:
    return "TIME", f"XXXX-XX-XXT{'NI' if match['habit'] == 'night' else 'DT'}"


def _period(match: re.Match[str], context: _Context) -> Typed:
    which, period = match["which"].lower(), match["period"]
    if which == "the" and period in ("week", "month", "year") and not _group(match, "det"):
        return None
    if context.published is None:
        return "DATE", {"last": "PAST_REF", "next": "FUTURE_REF", "this": "PAST_REF"}.get(which, "PAST_REF")
    step = {"last": -1, "the previous": -1, "next": 1, "the following": 1}.get(which, 0)
    base = context.published if which in ("last", "next", "this", "the") else (context.anchor or context.published)
    if period in ("week", "weekend"):
        if period == "weekend" and which in ("the", "last"):
            step = -1 if base.weekday() < 5 else 0
        year, week, _ = (base + timedelta(7 * step)).isocalendar()
        return "DATE", f"{year}-W{week:02}" + ("-WE" if period == "weekend" else "")
    if period == "month":
        months = base.year * 12 + base.month - 1 + step
        return "DATE", f"{months // 12}-{months % 12 + 1:02}"
    if period == "year":
        return "DATE", str(base.year + step)
    return "DATE", f"{base.year + step}-{SEASONS[period]}"


def _month(match: re.Match[str], context: _Context) -> Typed:
    name, lead = _group(match, "month"), _group(match, "lead", "which", "year")
    number = month_number(name)
    before = context.sentence[: match.start()].split()[-1:]
    if (
        name in ("May", "March", "Mar", "Dec", "Jan")
        and not lead
        and not (before and before[0].lower() in BEFORE_MONTH)
    ):
        return None
    if year := _group(match, "year"):
        return "DATE", f"{year}-{number:02}"
    if context.published is None:
        return "DATE", f"XXXX-{number:02}"
    published = context.published
    whose = _group(match, "whose")
    if whose:
        return "DATE", f"{published.year + {'last': -1, 'next': 1, 'this': 0}[whose]}-{number:02}"
    future = _group(match, "which").lower() == "next" or _looks_ahead(match, context)
    if future:
        return "DATE", f"{published.year + (number < published.month)}-{number:02}"
    return "DATE", f"{published.year - (number > published.month)}-{number:02}"


def _year(match: re.Match[str], context: _Context) -> Typed:
    if match["span"].endswith("s"):
        return "DATE", match["year"][:3] + "X"
    before, rest = context.sentence[: match.start()], context.sentence[match.end() :]
    if re.search(r"(?:No\. ?\d+(?: of|/)|[$€£/]) ?$", before):
        return None
    # Before a plural noun a bare number counts something, unless a determiner makes it a modifier.
    if re.match(r" [a-z]+s\b", rest) and not re.search(r"\b(?:the|a|an|in|since) $", before, re.I):
        return None
    return "DATE", match["year"]


def _day_of_month(match: re.Match[str], context: _Context) -> Typed:
    if context.anchor is None:
        return None
    day = calendar_day(f"{context.anchor:%Y-%m}-{int(match['day'][:-2]):02}")
    return ("DATE", day.isoformat()) if day else None


def _length(match: re.Match[str], context: _Context) -> Typed:
    unit, count = match["unit"], numeral(_group(match, "count")) + (0.5 if _group(match, "plus") else 0)
    after = _group(match, "after").strip()
    rest = context.sentence[match.end() :]
    before = context.sentence[: match.start()]
    old = rest.startswith((" old", "-old")) or before.endswith(" aged ")
    if old or (_group(match, "count") in ("a", "an") and unit == "second"):
        return None
    if not after and (follow := re.match(r" (after|before)\b", rest)):
        after = follow[1]
    if after in ("after", "before"):
        # "Two days after the raid" is the day of its own clause.
        return "DATE", context.anchor.isoformat() if context.anchor else "PAST_REF"
    if after in ("ago", "later", "earlier"):
        return _moved(unit, count, 1 if after == "later" else -1, context, after == "ago")
    if _group(match, "count") in ("a", "an") and re.search(
        r"(?:\d|once|twice|times|\w+s|percent|tonnes|barrels) $", before
    ):
        return "SET", duration(unit, 1)
    return "DURATION", duration(unit, count)


def _moved(unit: str, count: float, sign: int, context: _Context, deictic: bool) -> Typed:
    base = context.published if deictic else context.anchor
    if base is None:
        return "DATE", "PAST_REF"
    n = int(count) * sign
    match unit:
        case "day" | "night":
            return "DATE", (base + timedelta(n)).isoformat()
        case "week":
            return "DATE", (base + timedelta(7 * n)).isoformat()
        case "month":
            months = base.year * 12 + base.month - 1 + n
            return "DATE", f"{months // 12}-{months % 12 + 1:02}"
        case "year":
            return "DATE", str(base.year + n)
        case "second" | "minute" | "hour":
            return "DATE", base.isoformat()
    return "DATE", "PAST_REF"


def _vague(match: re.Match[str], context: _Context) -> Typed:
    after, unit = _group(match, "after").strip(), match["unit"].lower()
    if after in ("later", "earlier"):
        return "DATE", context.anchor.isoformat() if context.anchor and unit in ("minute", "hour") else "PAST_REF"
    if after == "ago":
        return "DATE", "PAST_REF"
    return "DURATION", duration(unit, None)


def _set(match: re.Match[str], context: _Context) -> Typed:
    often = _group(match, "often").lower()
    unit = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}.get(often) or _group(match, "unit")
    return "SET", duration("week" if unit.lower() in DAYS else unit, 1)


def _reference(match: re.Match[str], context: _Context) -> Typed:
    word = match["ref"].lower()
    if word == "earlier" and context.sentence[match.end() :].startswith((" than", " this", " in ", " on ")):
        return None
    refs = {"soon": "FUTURE_REF", "now": "PRESENT_REF", "currently": "PRESENT_REF", "at present": "PRESENT_REF"}
    return "DATE", refs.get(word, "PAST_REF")


def _stamp(match: re.Match[str], context: _Context) -> str | None:
    """Return the ISO date of the day that a match of `DAY` names, None if it names none."""
    if iso := _group(match, "iso"):
        return iso if calendar_day(iso) else None
    if slash := _group(match, "slash"):
        return _slash(slash, context)
    if month := _group(match, "monthA", "monthB"):
        day, number = ordinal(_group(match, "day", "day2")), month_number(month)
        return _full(day, number, _group(match, "year"), context)
    relative = _group(match, "relative", "deictic").lower().removeprefix("the ")
    if relative:
        base = context.published if relative in ("today", "yesterday", "tomorrow") else context.anchor
        step = {"yesterday": -1, "day before": -1, "tomorrow": 1, "next day": 1, "following day": 1}.get(relative, 0)
        if base is None:
            return "PRESENT_REF" if relative == "today" else "PAST_REF"
        return (base + timedelta(step)).isoformat()
    if weekday := _group(match, "weekday2", "weekday"):
        return _weekday(weekday, _group(match, "which"), match, context)
    return None


def _weekday(name: str, which: str, match: re.Match[str], context: _Context) -> str:
    number = next(i for i, day in enumerate(DAYS) if day.startswith(name.lower()[:3]))
    if context.published is None:
        return f"XXXX-WXX-{number + 1}"
    back = (context.published.weekday() - number) % 7
    if which == "last" and back == 0:
        back = 7
    if which in ("the following", "the same", "that", "the previous") and context.anchor:
        ahead = (number - context.anchor.weekday()) % 7
        return (context.anchor + timedelta(ahead)).isoformat()
    if which == "next" or (back and which != "last" and _looks_ahead(match, context)):
        back -= 7
    return (context.published - timedelta(back)).isoformat()


def _looks_ahead(match: re.Match[str], context: _Context) -> bool:
    """Return whether the words before an expression refer to the future."""
    before = " ".join(context.sentence[: match.start()].split()[-6:])
    return bool(FUTURE.search(before))


def _full(day: int, month: int, year: str, context: _Context) -> str | None:
    if year:
        found = calendar_day(f"{year}-{month:02}-{day:02}")
        return found.isoformat() if found else None
    if context.published is None:
        return f"XXXX-{month:02}-{day:02}" if day <= 31 else None
    near = [calendar_day(f"{context.published.year + step}-{month:02}-{day:02}") for step in (0, -1, 1)]
    known = [one for one in near if one]
    return min(known, key=lambda one: abs((one - context.published).days)).isoformat() if known else None  # type: ignore[operator]


def _slash(text: str, context: _Context) -> str | None:
    day, month, *year = (int(part) for part in text.split("/"))
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return _full(day, month, str(year[0] + (2000 if year[0] < 100 else 0)) if year else "", context)
