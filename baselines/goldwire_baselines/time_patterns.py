"""Words and patterns of time expressions, and the numbers and TIMEX3 durations that words say."""

import re
from collections.abc import Iterable
from datetime import date

MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBERS = {word: n for n, word in enumerate(_SMALL)} | _TENS | {"a": 1, "an": 1, "half a": 0.5, "half an": 0.5}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINAL = {word: n for n, word in enumerate(_ORDINALS, 1)} | {
    **{f"twenty-{word}": 20 + n for n, word in enumerate(_ORDINALS[:9], 1)}, "thirtieth": 30, "thirty-first": 31,
}  # fmt: skip
UNITS = {
    "second": "TS", "minute": "TM", "hour": "TH", "day": "D", "night": "D", "week": "W", "month": "M", "year": "Y",
    "decade": "Y0", "century": "Y00",
}  # fmt: skip
PARTS = {
    "morning": "MO", "dawn": "MO", "daybreak": "MO", "sunrise": "MO", "first light": "MO", "midday": "MI",
    "afternoon": "AF", "mid-afternoon": "AF", "evening": "EV", "dusk": "EV", "sunset": "EV", "sundown": "EV",
    "nightfall": "NI", "night": "NI", "midnight": "NI",
}  # fmt: skip
SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "winter": "WI"}


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
WEEKDAY = (
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b(?= \d))"
)
_NTH = rf"(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?\b|(?:{either(ORDINAL)})\b)"
YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)\b)?"
MONTH_DAY = rf"(?:{_NTH}(?: of)? {MONTH}|{MONTH} (?:the )?(?P<day2>\d{{1,2}}\b|(?:{either(ORDINAL)})\b)){YEAR}"
MONTH_DAY = MONTH_DAY.replace("(?P<month>", "(?P<monthA>", 1).replace("(?P<month>", "(?P<monthB>", 1)
DAY = (
    rf"(?:(?:(?P<deictic>today|yesterday|tomorrow),? )?(?:{WEEKDAY},? )?(?:{MONTH_DAY})"
    r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)|(?P<slash>\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
    r"|(?P<relative>[Tt]oday|[Yy]esterday|[Tt]omorrow|that day|(?:the )?same day|(?:the )?(?:next|following) day"
    r"|the day before)"
    + r"|(?:(?P<which>last|next|this|the following|the previous|the same|that) )?"
    + WEEKDAY.replace("weekday", "weekday2")
    + ")"
)
CLOCK = (
    r"(?P<clock>(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour24>\d{1,2})[:.](?P<minute24>\d\d)(?! ?(?:percent|per cent|%|million|billion|km|kilomet|met))\b"
    r"|noon|midnight)"
)
MODIFIER = (
    r"(?:(?:about|around|nearly|almost|roughly|some|more than|less than|under|over|at least|up to|just after|"
    r"shortly after|shortly before|just before) )?"
)
ROUND = r"(?:(?:about|around|nearly|almost) )?"
_WORDED = rf"(?:{either(_TENS)})(?:-(?:{either(_SMALL[1:10])}))?|{either(NUMBERS)}"
COUNT = rf"(?P<count>(?i:\d+(?:\.\d)?|{_WORDED}))(?P<plus> and a half)?"
UNIT = rf"(?P<unit>{either(UNITS)})"
PART = rf"(?P<part>{either(PARTS)})"
FUTURE = re.compile(
    r"\b(?:will|would|shall|'ll|next|due|plans?|planned|expected|scheduled|(?:is|are|was|were|set) to|must|by)\b"
)
BEFORE_MONTH = frozenset(
    "in since last until till by of early late from to through and during this next for before after around".split()
)


def calendar_day(text: str) -> date | None:
    """Return the day of an ISO date, None if the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month_number(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))


def ordinal(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else ORDINAL[text.lower()]


def numeral(text: str) -> float:
    text = text.lower()
    if text in NUMBERS:
        return NUMBERS[text]
    if re.fullmatch(r"[\d.]+", text):
        return float(text)
    tens, _, ones = text.partition("-")
    return _TENS[tens] + NUMBERS[ones]


def duration(unit: str, count: float | None) -> str:
    code = UNITS[unit]
    mark, letter = ("PT", code[1]) if code[0] == "T" else ("P", code[0])
    if count is None:
        return f"{mark}X{letter}"
    if count == 0.5 and unit == "hour":
        return "PT30M"
    amount = f"{count:g}" + code[1:].replace("T", "") if code[0] == "Y" else f"{count:g}"
    return f"{mark}{amount}{letter}"
