"""The command `quantacore`: one verb per file, each parses, calls the library and writes."""
