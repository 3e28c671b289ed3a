"""The class and the context of every error."""
