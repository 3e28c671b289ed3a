"""Build of the data and the dataset card from the source."""
