"""Which code for which hardware: compare families on equal terms, and advise."""
