"""The extractor `llm`: asks an endpoint, grounds the quotes of the answers, and assembles the rest by rule."""

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from goldwire_baselines.assemble import assemble
from goldwire_baselines.given import Given
from goldwire_baselines.llm import shots, statistics
from goldwire_baselines.llm.cache import STATISTICS, Answer, Cache
from goldwire_baselines.llm.endpoint import Endpoint
from goldwire_baselines.llm.excerpts import Excerpt, excerpts
from goldwire_baselines.llm.items import Grounding, Items
from goldwire_baselines.llm.layouts import LAYOUTS
from goldwire_baselines.llm.parsing import parse
from goldwire_baselines.llm.settings import Settings, from_environment
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.release.prompts import question
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.results import encode_json

Messages = list[dict[str, str]]


class Baseline:
    """An extractor that asks the endpoint of the settings, by default those of the environment.

    Raises UsageError for invalid settings and without the extra `llm`.
    """

    def __init__(self, settings: Settings | None = None, endpoint: Endpoint | None = None):
        self.settings = settings or from_environment()
        self.layout = LAYOUTS[self.settings.layout]
        self.endpoint = endpoint or Endpoint(self.settings)
        self.counts = Counter[str]()
        self.seconds = 0.0
        self._start([])

    def fit(self, documents: Sequence[Document]) -> None:
        """Choose the examples of the prompt; nothing is trained."""
        s = self.settings
        self._start(shots.choose(documents, s.shots, self.layout))

    def _start(self, examples: list[Excerpt]) -> None:
        self.prefix: Messages = [{"role": "system", "content": self.layout.instructions()}]
        for example in examples:
            self.prefix.append({"role": "user", "content": question(example.document)})
            self.prefix.append({"role": "assistant", "content": self.layout.target(example.document)})
        self.cache = Cache(self.settings.cache, self._request(self.prefix))

    def prepare(self, documents: Sequence[Document]) -> None:
        """Ask for the answers of all documents that are not cached, several at the same time.

        Raises DataError if the endpoint fails; the answers until then are cached.
        """
        wanted = [e for d in documents for e in excerpts(d, self.settings.mode)]
        missing = [e for e in wanted if self.cache.get(self._of(e)) is None]
        others = f"; {self.cache.others} cached answers to other prompts are ignored" if self.cache.others else ""
        if missing or others:
            print(f"llm: {len(wanted) - len(missing)} of {len(wanted)} answers are cached{others}", file=sys.stderr)
        self._ask_all(missing)

    def predict(self, document: Document) -> Prediction:
        """Return the prediction for a document. Raises DataError if the endpoint fails."""
        pieces = list(excerpts(document, self.settings.mode))
        self._ask_all([e for e in pieces if self.cache.get(self._of(e)) is None])
        self.counts["documents"] += 1
        items = Items()
        for number, piece in enumerate(pieces):
            answer = self._answer(piece)
            self.seconds += answer.seconds
            items.add(self._read(answer, piece.document), piece.offset, f"{number}.")
        write_atomic(self.cache.folder / STATISTICS, encode_json({**self.description(), **self.statistics()}))
        return assemble(
            document, items.mentions, items.times, items.quantities, items.titles, items.events, Given(document)
        )

    def statistics(self) -> dict[str, Any]:
        """Return the statistics of the documents predicted since the last call of `forget`."""
        return statistics.summary(self.counts, self.seconds, self.settings)

    def forget(self) -> None:
        """Begin the statistics anew."""
        self.counts.clear()
        self.seconds = 0.0

    def description(self) -> dict[str, Any]:
        """Return the settings and the digest of the prompt."""
        return {"settings": self.settings.public(), "prompt": self.cache.folder.name}

    def _read(self, answer: Answer, document: Document) -> Items:
        """Return the items of an answer and count what became of it."""
        found, complete = parse(answer.text, self.layout.KEYS)
        outcome = "complete" if complete else "truncated"
        if found is None:
            outcome = "refused" if answer.refused else "unparsed"
        self.counts.update({
            "answers": 1, outcome: 1, "unconstrained": int(not answer.constrained), "retries": answer.retries,
            "prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens,
        })  # fmt: skip
        grounding = Grounding(document.text)
        items = self.layout.read(found or {}, document, grounding)
        self.counts.update(grounding.counts)
        return items

    def _messages(self, excerpt: Excerpt) -> Messages:
        """Return the messages of an excerpt: the document is last, so that servers can reuse the work on the rest."""
        return [*self.prefix, {"role": "user", "content": question(excerpt.document)}]

    def _request(self, messages: Messages) -> dict[str, Any]:
        """Return all that an answer depends on."""
        s = self.settings
        schema = self.layout.schema(s.max_items) if s.decoding == "schema" else None
        return {"model": s.model, "messages": messages, "schema": schema, "max_tokens": s.max_tokens,
                "temperature": s.temperature, "seed": s.seed}  # fmt: skip

    def _of(self, excerpt: Excerpt) -> dict[str, Any]:
        return self._request(self._messages(excerpt))

    def _answer(self, excerpt: Excerpt) -> Answer:
        """Return the answer from the cache, or from the endpoint, which is then cached."""
        request = self._of(excerpt)
        answer = self.cache.get(request)
        if answer is None:
            answer = self.endpoint.ask(request["messages"], request["schema"])
            self.cache.put(request, answer)
        return answer

    def _ask_all(self, missing: Sequence[Excerpt]) -> None:
        """Ask for these answers; after the first failure those that wait are given up and those under way are kept."""
        with ThreadPoolExecutor(self.settings.workers) as pool:
            requests = [pool.submit(self._answer, excerpt) for excerpt in missing]
            try:
                for request in as_completed(requests):
                    request.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
