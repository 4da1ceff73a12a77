"""Everything of a workspace as open files: Parquet, YAML, and a page that says what each column is."""
