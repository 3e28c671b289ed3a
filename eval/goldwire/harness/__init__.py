"""Tasks for evaluation harnesses: lm-evaluation-harness and Inspect, with our prompts and our scorer.

The harness asks the model; the prompts are those of the `prompts` configuration, and the figures those of
``goldwire score --lenient`` on the answers.
"""
