"""From the source to the built data and the dataset card."""
