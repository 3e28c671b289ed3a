"""Documents of a shard: rows of our schema with only what is not gold, or one plain text."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from goldwire_corpus.schema.document import Document, Span
from goldwire_corpus.source.segment import segment
from goldwire_eval.scale.shards import TEXT, Shard, kind_of, lines, unreadable, whole_text


class Row(msgspec.Struct, frozen=True):
    """A document as it is read: only `id` and `text` are required; keys not listed here, as those of gold, are ignored.

    A layer of `sentences` and `tokens` that is absent is segmented like a new document of the corpus.
    """

    id: Annotated[str, Meta(min_length=1)]
    text: str
    published: str | None = None
    sentences: list[Span] | None = None
    tokens: list[Span] | None = None
    part: str | None = None
    world: str | None = None
    genre: str | None = None
    title: str | None = None

    def document(self) -> Document:
        """Return the document, segmented. Raises ValueError for a span that is empty or not in the text."""
        sentences, tokens = self.sentences, self.tokens
        if sentences is None or tokens is None:
            found = segment(self.text)
            sentences = found.sentences if sentences is None else sentences
            tokens = found.tokens if tokens is None else tokens
        size = len(self.text)
        for layer, spans in (("sentences", sentences), ("tokens", tokens)):
            for span in spans:
                if not 0 <= span.start < span.end <= size:
                    raise ValueError(f"{layer}: span [{span.start}, {span.end}) in a text of {size} code points")
        return Document(
            self.id, self.part or "", self.world or "", self.genre or "", self.title or "", self.published, self.text,
            sentences, tokens,
        )  # fmt: skip


_DECODER = msgspec.json.Decoder(Row)


def rows(shard: Shard) -> Iterator[tuple[int, Row]]:
    """Yield the documents of a shard with their lines; a plain text is one document, named like its file.

    Raises UnreadableShardError if the file cannot be read, for a line that is not a document, and for an id that occurs
    twice.
    """
    if TEXT in kind_of(shard.name):
        yield 0, Row(shard.stem, whole_text(shard))
        return
    known: dict[str, int] = {}
    for number, line in lines(shard):
        try:
            row = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise unreadable(shard, number, "json", str(error)) from None
        if row.id in known:
            message = f"duplicate document id {row.id!r}; first in line {known[row.id]}"
            raise unreadable(shard, number, "document-duplicate", message)
        known[row.id] = number
        yield number, row
