"""The annotator against annotation by people: stored annotations of real texts, and the table of the comparison."""
