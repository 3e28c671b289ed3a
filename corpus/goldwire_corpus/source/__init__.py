"""Reading and writing of the hand-edited source of the corpus."""
