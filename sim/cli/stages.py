"""Show how long the present step of something long has been going on.

In: names of stages, again and again.   Out: a line on a terminal, nothing elsewhere.
Next: `quantacore.sim.cli.synth`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def stage_clock(label: str = "") -> Iterator[Callable[[str], None]]:
    """Show the name of a stage and its seconds; give a function to call with the name.

    Nobody knows how long a synthesis tool will take, so there is no bar. The function must be
    called about every second for the seconds to count.
    """
    with tqdm(disable=None, leave=False, bar_format="{desc} {elapsed}") as clock:
        stage = ""

        def show(name: str) -> None:
            nonlocal stage
            if name != stage:
                stage = name
                clock.reset()
                clock.set_description_str(f"{label}{name}", refresh=False)
            clock.refresh()

        yield show
