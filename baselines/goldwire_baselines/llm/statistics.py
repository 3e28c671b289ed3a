"""Statistics of a run: parse rate, ungrounded quotes, tokens, cost, and the shares of omissions and inventions."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from goldwire_baselines.llm.settings import Settings

_MILLION = 1_000_000
COUNTS = (
    "documents", "answers", "complete", "truncated", "unparsed", "refused", "unconstrained", "retries",
    "prompt_tokens", "completion_tokens", "items", "invalid", "quotes", "ungrounded", "arguments", "unresolved",
)  # fmt: skip
"""Of the `answers` each is `complete`, `truncated` (it breaks off and is read up to there), `unparsed` (it has no JSON
object) or `refused`; `unconstrained` are those without JSON-schema decoding. For the rest see `items.Grounding`."""


def summary(counts: Counter[str], seconds: float, settings: Settings) -> dict[str, Any]:
    """Return the counts, the rates (None if undefined), the cost, and the seconds of all requests added up.

    `parse_rate` is the share of complete answers, `readable_rate` that of complete and truncated ones.
    """
    cost = (
        counts["prompt_tokens"] * settings.input_price + counts["completion_tokens"] * settings.output_price
    ) / _MILLION
    return {
        **{name: counts[name] for name in COUNTS},
        "parse_rate": _share(counts["complete"], counts["answers"]),
        "readable_rate": _share(counts["complete"] + counts["truncated"], counts["answers"]),
        "ungrounded_rate": _share(counts["ungrounded"], counts["quotes"]),
        "invalid_rate": _share(counts["invalid"], counts["items"]),
        "request_seconds": round(seconds, 1),
        "cost": cost,
    }


def error_shares(errors: Mapping[str, int], ungrounded: int) -> dict[str, float | None]:
    """Return the shares of omissions and inventions among the errors of a report, by class.

    Inventions are spurious items and quotes that are not in the text, which never reach the scorer.
    """
    total = sum(errors.values()) + ungrounded
    invented = errors["spurious"] + errors["ungrounded"] + ungrounded
    return {"omissions": _share(errors["missed"], total), "inventions": _share(invented, total)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
