"""Verb `gates`."""

from collections.abc import Callable


def test_gates_wants_an_action(refused: Callable[..., str]) -> None:
    assert "ACTION" in refused("gates")
    assert "invalid choice" in refused("gates", "juggle")
