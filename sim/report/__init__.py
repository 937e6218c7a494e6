"""One page of what our verbs have measured."""
