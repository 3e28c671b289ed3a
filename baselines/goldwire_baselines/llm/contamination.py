"""`python -m goldwire_baselines.llm.contamination`: what a model knows of the stories without their text.

`memory_probe` has the question and the scale of chance.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import msgspec

from goldwire_corpus.command_errors import run_command
from goldwire_corpus.errors import UsageError
from goldwire_corpus.wording import counted

_PATH = click.Path(path_type=Path)
RESULT = "contamination.json"
TOKENS = 50
"""The greatest length of a record in an answer, in tokens."""


@click.command()
@click.argument("out", type=_PATH)
@click.option("--split", default="test+retold", show_default=True, help="Splits to ask about, joined by +.")
@click.option("--model", help="An extractor in place of the endpoint; its text is the question.")
@click.option("--name", help="The name of the model's record with the text; llm, or that of --model.")
@click.option("--records", "most", type=click.IntRange(min=1), default=3, show_default=True,
              help="The most records of an answer.")  # fmt: skip
@click.option("--with-text", is_flag=True, help="Ask the endpoint the same with the text too, for comparison.")
@click.option("--article", type=_PATH, help="Your copy of the AP story, for the split wire.")
@click.option("--field", type=_PATH, help="Your clone of re3d, or the part joined to it, for the split field.")
def main(
    out: Path, split: str, model: str | None, name: str | None, most: int, with_text: bool, article: Path | None,
    field: Path | None,
) -> None:  # fmt: skip
    """Ask the model of the GOLDWIRE_LLM variables for records without the text; write OUT/contamination.json."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.join.copies import joined_documents
    from goldwire_corpus.load import data_signature, documents
    from goldwire_corpus.parts import JOINED, Copies
    from goldwire_eval.results import encode_json

    if model and with_text:
        raise UsageError("--with-text is for an endpoint; an extractor with the text is `goldwire run`")
    copies = Copies(article, field)
    names = list(dict.fromkeys(split.split("+")))
    parts = {part: joined_documents(part, copies) if part in JOINED else documents(part) for part in names}
    result = probe_extractor(model, parts, most) if model else probe_endpoint(parts, most, with_text)
    result = {"name": name or model or "llm", "data": data_signature(), **result}
    write_atomic(out / RESULT, encode_json(result))
    for line in lines(result):
        click.echo(line)


def probe_endpoint(parts: Mapping[str, Sequence[Any]], most: int, with_text: bool) -> dict[str, Any]:
    """Return what the model of the environment's endpoint knows by part, without and, if asked for, with the text.

    Raises UsageError for invalid settings, DataError if the endpoint fails; a second run goes on with the cached
    answers.
    """
    from goldwire_baselines.llm.endpoint import Endpoint
    from goldwire_baselines.llm.memory_probe import hint_of, instructions, known, question
    from goldwire_baselines.llm.settings import from_environment

    given = from_environment()
    settings = msgspec.structs.replace(given, max_tokens=min(given.max_tokens, TOKENS * most + 10))
    endpoint = Endpoint(settings)
    documents = [d for some in parts.values() for d in some]

    def asked(with_text: bool) -> dict[str, Any]:
        text = {d.id: f"\nText:\n{d.text}" if with_text else "" for d in documents}
        questions = {d.id: question(hint_of(d)) + text[d.id] for d in documents}
        answers, counts, prompt = _ask(endpoint, settings, instructions(most, with_text), questions, most)
        return {"prompt": prompt, "answers": counts, "parts": msgspec.to_builtins(known(parts, answers, most))}

    used = {key: value for key, value in settings.public().items() if key in _USED}
    found = {"model": settings.model, "settings": {**used, "records": most}, **asked(False)}
    return {**found, "with_text": asked(True)} if with_text else found


_USED = ("model", "decoding", "max_tokens", "temperature", "seed")
"""The settings on which an answer of the probe depends."""


def _ask(
    endpoint: Any, settings: Any, instructions: str, questions: Mapping[str, str], most: int
) -> tuple[dict[str, list[Any]], dict[str, int], str]:
    """Return the records of the answer by document, how many answers were of which kind, and the digest of the prompt.

    Documents with the same question have one answer.
    """
    from goldwire_baselines.llm.cache import Answer, Cache
    from goldwire_baselines.llm.memory_probe import KEYS, read, schema
    from goldwire_baselines.llm.parsing import parse

    form = schema(most) if settings.decoding == "schema" else None

    def request(question: str) -> dict[str, Any]:
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": question}]
        return {"messages": messages, "schema": form, **{key: getattr(settings, key) for key in _USED}}

    cache = Cache(settings.cache / "probe", request(""))

    def answer(question: str) -> Answer:
        wanted = request(question)
        found = cache.get(wanted)
        if found is None:
            found = endpoint.ask(wanted["messages"], form)
            cache.put(wanted, found)
        return found

    different = list(dict.fromkeys(questions.values()))
    answers = dict(zip(different, _all(answer, different, settings.workers), strict=True))
    records = {}
    counts = {"complete": 0, "truncated": 0, "unreadable": 0, "completion_tokens": 0, "invalid_records": 0}
    for asked, one in answers.items():
        found, complete = parse(one.text, KEYS)
        counts["unreadable" if found is None else "complete" if complete else "truncated"] += 1
        counts["completion_tokens"] += one.completion_tokens
        given = (found or {}).get("records")
        records[asked] = read(found or {})
        counts["invalid_records"] += (len(given) if isinstance(given, list) else 0) - len(records[asked])
    return {id: records[asked] for id, asked in questions.items()}, counts, cache.folder.name


def _all(answer: Callable[[str], Any], questions: Sequence[str], workers: int) -> list[Any]:
    """Return all answers; after the first failure those that wait are given up and those under way are cached."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            return list(pool.map(answer, questions))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def probe_extractor(name: str, parts: Mapping[str, Sequence[Any]], most: int) -> dict[str, Any]:
    """Return what an extractor, trained on train, knows by part: it gets documents whose text is the question."""
    from goldwire_baselines.llm.memory_probe import hint_of, known, question
    from goldwire_corpus.load import documents
    from goldwire_corpus.schema.document import Document
    from goldwire_corpus.source.segment import segment
    from goldwire_eval.extractor import fitted, predict

    extractor = fitted(name, documents("train"))
    asked = []
    for d in (d for some in parts.values() for d in some):
        text = question(hint_of(d))
        found = segment(text)
        asked.append(Document(d.id, d.part, d.world, d.genre, "", d.published, text, found.sentences, found.tokens))
    answers = {p.id: [_slots(r) for r in p.records or ()] for p in predict(name, extractor, asked)}
    return {"model": name, "settings": {}, "parts": msgspec.to_builtins(known(parts, answers, most))}


def _slots(record: Any) -> Any:
    """Return a record without what refers to other layers."""
    return msgspec.structs.replace(record, id=None, cluster=None, incident=None, sources=[], tolls=[])


def lines(result: Mapping[str, Any]) -> list[str]:
    """Return what is printed of a result."""
    found = []
    for part, row in result["parts"].items():
        against = "" if row["chance"] is None else (
            f"; by chance {row['chance']:.3f}, below {row['chance_95']:.3f} in 95 % (p = {row['p']:.3f})"
        )  # fmt: skip
        f1 = "-" if row["f1"] is None else f"{row['f1']:.3f}"
        found.append(f"{part}: record.ceaf {f1} without the text{against}; {row['possible']:.3f} is possible")
    counts = result.get("answers", {})
    for kind, noun in (("unreadable", "unreadable answer"), ("invalid_records", "invalid record")):
        if counts.get(kind):
            found.append(f"{counted(counts[kind], noun)} left out")
    return found


if __name__ == "__main__":
    run_command(main, interrupted="interrupted; a second run goes on from here")
