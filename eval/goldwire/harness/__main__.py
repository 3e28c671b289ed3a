"""Print the folder of the task of lm-evaluation-harness: ``lm_eval --include_path "$(python -m goldwire.harness)"``."""

from pathlib import Path

print(Path(__file__).parent)
