"""What the definitions say: their language, their documents, and the checks before they come into force."""
