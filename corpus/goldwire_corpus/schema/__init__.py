"""The forms of the data: documents, predictions, ontology, knowledge bases and incident records."""
