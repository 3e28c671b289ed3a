"""Data types: documents, predictions, ontology, knowledge bases and incident records."""
