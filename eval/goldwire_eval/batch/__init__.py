"""From rows to tables of integers: grounding, validation, labels."""
