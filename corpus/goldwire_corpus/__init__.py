"""The Goldwire corpus: its ontology, its schema, its source files and what is built from them."""

from goldwire_corpus.load import load

__all__ = ["load"]
__version__ = "0.6.0"
