"""Requests to an OpenAI-compatible endpoint, repeated when it fails in a way that may pass."""

import random
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, cast

from goldwire_baselines.llm.cache import Answer
from goldwire_baselines.llm.settings import Settings
from goldwire_corpus.errors import DataError, UsageError, data_error

if TYPE_CHECKING:
    from openai import OpenAI

_LONGEST_PAUSE = 60.0
_SHOWN = 120
_AGAIN = frozenset((408, 409, 425, 429))
_REFUSED_SCHEMA = frozenset((400, 404, 415, 422, 500, 501))
_ABOUT_SCHEMA = ("response_format", "json_schema", "schema", "grammar", "structured")


class _TransientError(Exception):
    """A request failed in a way that may pass."""


class _SchemaRefusedError(Exception):
    """The server refuses requests with a schema."""


class Endpoint:
    """An endpoint. Raises UsageError without the `openai` library."""

    def __init__(self, settings: Settings, pause: float = 1.0):
        """`pause` is the first pause before a repeated request in seconds; each further one is twice as long."""
        self.settings, self.pause = settings, pause
        self.schema_accepted = True
        self._lock = threading.Lock()
        self._client = self._connect()

    def ask(self, messages: list[dict[str, str]], schema: dict[str, Any] | None) -> Answer:
        """Return the answer to the messages, decoded by the schema, if any and if the server can.

        Raises DataError if the endpoint cannot be reached, keeps failing or does not answer as such endpoints do, and
        UsageError if it rejects the request, such as an unknown model.
        """
        failures = 0
        while True:
            constrained = self.schema_accepted and schema is not None
            try:
                start = time.perf_counter()
                reply = self._request(messages, schema if constrained else None)
                return _answer(reply, constrained, failures, time.perf_counter() - start)
            except _SchemaRefusedError as refusal:
                self._without_schema(str(refusal))
            except _TransientError as error:
                failures += 1
                if failures > self.settings.retries:
                    raise self._error(f"{error} ({failures} requests failed; answers so far are kept)") from None
                time.sleep(min(_LONGEST_PAUSE, self.pause * 2 ** (failures - 1)) * random.uniform(0.75, 1.25))

    def _connect(self) -> "OpenAI":
        try:
            from openai import OpenAI, OpenAIError
        except ImportError:
            raise UsageError("the baseline llm needs the extra `llm`: pip install 'goldwire[llm]'") from None
        s = self.settings
        try:
            # Its own retries are off, so that failed requests can be counted.
            return OpenAI(base_url=s.url, api_key=s.key or "none", timeout=s.timeout, max_retries=0)
        except (OpenAIError, ValueError) as error:
            raise UsageError(f"GOLDWIRE_LLM_URL: {error}") from None

    def _request(self, messages: list[dict[str, str]], schema: dict[str, Any] | None) -> Any:
        import httpx
        import openai

        s = self.settings
        more: dict[str, Any] = {}
        if schema is not None:
            wanted = {"name": "annotations", "schema": schema, "strict": False}
            more["response_format"] = {"type": "json_schema", "json_schema": wanted}
        try:
            return self._client.chat.completions.create(
                model=s.model,
                messages=cast("Any", messages),
                max_tokens=s.max_tokens,
                temperature=s.temperature,
                seed=s.seed,
                **more,
            )
        except openai.APITimeoutError:
            raise _TransientError(f"no answer within {s.timeout:g} s") from None
        except (openai.APIConnectionError, httpx.HTTPError) as error:
            raise _TransientError(f"no connection: {error.__cause__ or error}") from None
        except openai.APIStatusError as error:
            raise self._rejected(error, schema is not None) from None
        except ValueError as error:
            raise _TransientError(f"the response is not valid JSON: {error}") from None
        except openai.OpenAIError as error:
            raise _TransientError(str(error)) from None

    def _rejected(self, error: Any, with_schema: bool) -> Exception:
        """Return the exception for an HTTP status of 400 or more."""
        status, message = int(error.status_code), _shown(error.message)
        if with_schema and status in _REFUSED_SCHEMA and any(word in error.message for word in _ABOUT_SCHEMA):
            return _SchemaRefusedError(message)
        if status in _AGAIN or status >= 500:
            return _TransientError(f"HTTP {status}: {message}")
        if status in (401, 403):
            return UsageError(f"{self.settings.url}: HTTP {status}: the key in OPENAI_API_KEY is rejected: {message}")
        if status == 404:
            return UsageError(f"{self.settings.url}: unknown model {self.settings.model!r} or path; "
                              f"{self._offered()}: {message}")  # fmt: skip
        return UsageError(f"{self.settings.url}: the request is rejected, HTTP {status}: {message}")

    def _offered(self) -> str:
        """Return the models that the endpoint lists, in words."""
        import openai

        try:
            listed = [model.id for model in self._client.models.list().data or ()]
        except (openai.OpenAIError, ValueError, AttributeError, TypeError):
            listed = []
        return f"the endpoint offers {', '.join(listed[:20])}" if listed else "the endpoint lists no models"

    def _without_schema(self, message: str) -> None:
        with self._lock:
            if self.schema_accepted:
                self.schema_accepted = False
                print(f"{self.settings.url}: no JSON-schema decoding; answers are decoded freely: {message}",
                      file=sys.stderr)  # fmt: skip

    def _error(self, message: str) -> DataError:
        return data_error(self.settings.url, 0, "endpoint-failed", message)


def _answer(reply: Any, constrained: bool, failures: int, seconds: float) -> Answer:
    """Return the answer in a response. Raises _TransientError if it is not a chat completion."""
    choices = getattr(reply, "choices", None)
    if not choices or not hasattr(choices[0], "message"):
        raise _TransientError(f"the response is not a chat completion: {_shown(str(reply))}")
    message, usage = choices[0].message, reply.usage
    finish = choices[0].finish_reason or "stop"
    return Answer(
        text=message.content or "",
        finish=finish,
        refused=bool(getattr(message, "refusal", None)) or finish == "content_filter",
        constrained=constrained,
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
        retries=failures,
        seconds=round(seconds, 3),
    )


def _shown(message: str) -> str:
    """Return the beginning of a message on one line."""
    line = " ".join(message.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
