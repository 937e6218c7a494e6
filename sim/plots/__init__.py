"""Pictures of what the experiments measured: PNG files, drawn with matplotlib's Agg."""
