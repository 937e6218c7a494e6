"""From stim circuits and detector error models to decoding graphs."""
