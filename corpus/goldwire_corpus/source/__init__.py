"""The hand-edited source of the corpus: read, segmented, edited."""
