"""Settings of the baseline `llm`, from environment variables.

| variable | field | meaning |
| --- | --- | --- |
| `GOLDWIRE_LLM_URL` | `url` | base URL of the endpoint, such as `http://127.0.0.1:8080/v1` |
| `GOLDWIRE_LLM_MODEL` | `model` | name of the model as the endpoint lists it |
| `OPENAI_API_KEY` | `key` | key, if the endpoint needs one |
| `GOLDWIRE_LLM_LAYOUT` | `layout` | `full`: the prompt of the `prompts` configuration; `compact`: a short one |
| `GOLDWIRE_LLM_MODE` | `mode` | `document`: one request for a document; `paragraph`: one for each paragraph |
| `GOLDWIRE_LLM_SHOTS` | `shots` | number of examples, paragraphs of train; 0 for zero-shot |
| `GOLDWIRE_LLM_DECODING` | `decoding` | `schema`: JSON-schema decoding if the server has it; `plain`: none |
| `GOLDWIRE_LLM_MAX_ITEMS` | `max_items` | longest list in an answer, where the schema is followed; 0 for no limit |
| `GOLDWIRE_LLM_MAX_TOKENS` | `max_tokens` | greatest length of an answer in tokens |
| `GOLDWIRE_LLM_TEMPERATURE` | `temperature` | sampling temperature |
| `GOLDWIRE_LLM_SEED` | `seed` | sampling seed |
| `GOLDWIRE_LLM_TIMEOUT` | `timeout` | seconds to wait for an answer |
| `GOLDWIRE_LLM_RETRIES` | `retries` | requests repeated after a timeout, a lost connection, 429 or 5xx |
| `GOLDWIRE_LLM_WORKERS` | `workers` | requests at the same time |
| `GOLDWIRE_LLM_CACHE` | `cache` | folder of the answers |
| `GOLDWIRE_LLM_INPUT_PRICE` | `input_price` | price of a million tokens of prompts |
| `GOLDWIRE_LLM_OUTPUT_PRICE` | `output_price` | price of a million tokens of answers |
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from goldwire_corpus.errors import UsageError

PREFIX = "GOLDWIRE_LLM_"
KEY = "OPENAI_API_KEY"
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Amount = Annotated[float, Meta(ge=0)]


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "goldwire" / "llm"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a run; prices are for a million tokens, the timeout is in seconds."""

    url: str
    model: str
    key: str = ""
    layout: Literal["full", "compact"] = "full"
    mode: Literal["document", "paragraph"] = "document"
    shots: Count = 0
    decoding: Literal["schema", "plain"] = "schema"
    max_items: Count = 0
    max_tokens: Positive = 16_384
    temperature: Amount = 0.0
    seed: int = 7
    timeout: Annotated[float, Meta(gt=0)] = 600.0
    retries: Count = 5
    workers: Positive = 1
    cache: Path = msgspec.field(default_factory=_cache)
    input_price: Amount = 0.0
    output_price: Amount = 0.0

    def public(self) -> dict[str, Any]:
        """Return the settings that a record of the run states: all that does not belong to the user's machine."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("url", "key", "cache")}


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in environment variables.

    Raises UsageError for an unknown or invalid variable, and if the URL or the model is missing.
    """
    known = {PREFIX + name.upper(): name for name in Settings.__struct_fields__ if name != "key"}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
    for name in given:
        if name not in known:
            raise UsageError(f"unknown setting {name}; expected one of {', '.join(known)}")
    for name, expected in (("URL", "the base URL of an endpoint"), ("MODEL", "the name of a model")):
        if PREFIX + name not in given:
            raise UsageError(f"{PREFIX}{name} is not set; expected {expected} (see baselines/README.md)")
    values: dict[str, Any] = {known[name]: value for name, value in given.items()}
    if environment.get(KEY):
        values["key"] = environment[KEY]
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        message, _, field = str(error).partition(" - at `$.")
        raise UsageError(f"{PREFIX}{field.rstrip('`').upper()}: {message}") from None
