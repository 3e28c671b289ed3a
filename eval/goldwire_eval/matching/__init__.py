"""One-to-one matching of gold and predicted items."""
