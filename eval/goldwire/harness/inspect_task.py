"""Task of Inspect (UK AI Security Institute, https://inspect.aisi.org.uk): ``inspect eval goldwire/extraction``.

Inspect finds it by the entry point of this package. A score of one document says only whether the answer was readable;
the figures of the corpus are those of a metric over all answers.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, Value, metric, scorer
from inspect_ai.solver import TaskState, generate

from goldwire.harness.answer_figures import figures, prompt_rows, readable


@task
def extraction(split: str = "test+retold") -> Task:
    """Return the task on a split, several joined by +."""
    rows = prompt_rows(split)
    samples = [Sample(id=row["id"], input=row["prompt"], target=row["target"]) for row in rows]
    return Task(
        dataset=MemoryDataset(samples, name=f"goldwire-{split}"),
        solver=generate(),
        scorer=answers(),
        config=GenerateConfig(temperature=0, max_tokens=8192),
    )


@metric
def corpus_figures() -> Metric:
    """Return F1 of every metric over the documents that were asked about; one answer per document."""

    def compute(scores: list[SampleScore]) -> Value:
        found = {str(s.sample_id): s.score.answer or "" for s in scores}
        return figures(found) if found else float("nan")

    return compute


@scorer(metrics=[corpus_figures()])
def answers() -> Scorer:
    """Keep the answer of each document, for a metric that reads them all."""

    async def score(state: TaskState, target: Target) -> Score:
        answer = state.output.completion
        return Score(value=readable(answer), answer=answer)

    return score
