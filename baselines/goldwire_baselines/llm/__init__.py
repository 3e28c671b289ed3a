"""Baseline `llm`: any OpenAI-compatible endpoint, asked for annotations that are then grounded in the text.

`settings` has the environment variables, `layouts` the prompts and the reading of answers, `endpoint` the requests and
their retries, `cache` the stored answers, `baseline` the extractor, `__main__` the run over whole parts.
`contamination` asks for records without the text (`memory_probe`).
"""
