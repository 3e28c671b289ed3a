"""Gold of texts that are not shipped, joined to a user's own copy."""
