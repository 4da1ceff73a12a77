"""Ready attributes and segments for shops: definitions to read, copy and change."""
