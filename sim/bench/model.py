"""What the core should answer, from what it really received.

In: packets seen by the monitors.   Out: the expected answer to each shot.
Next: `quantacore.sim.bench.scoreboard`.
"""

from quantacore.golden.decode.passes import DecodedShot, decode_shot
from quantacore.golden.spec.config import CoreConfig, num_words
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.image_words import image_from_words, num_image_words
from quantacore.sim.bench.streams import Word


class GoldenModel:
    """Core as a user knows it: packets in, the golden decoder's answers out.

    Attributes
    ----------
    passes : int
        Most passes per shot.
    num_shots : int
        Well-formed shots received since the last reset.
    num_images : int
        Images that have come into force since the last reset.
    image_shot : int
        First shot decoded with the image in force.
    rounds_error, image_error : bool
        A malformed packet came since the last reset.
    """

    def __init__(self, graph: DecodingGraph, config: CoreConfig):
        self.passes = 1
        self._graph = graph
        self._config = config
        # Links that are baked into the core; the rest comes with the image's words.
        self._template = build_image(graph, length_bits=config.length_bits)
        self.reset()

    def reset(self) -> None:
        """Forget everything, as the core does."""
        self.num_shots = 0
        self.num_images = 0
        self.image_shot = 0
        self.rounds_error = False
        self.image_error = False
        self._shots: list[list[bool]] = []
        self._images: list[tuple[int, WeightImage]] = []
        self._waiting: WeightImage | None = None

    @property
    def image_waits(self) -> bool:
        """A complete image has come that is not in force yet."""
        return self._waiting is not None

    def take_rounds(self, words: list[Word]) -> None:
        """Take a packet of the rounds stream."""
        width, size = self._config.word_bits, self._graph.num_detectors
        if len(words) != num_words(size, word_bits=width):
            self.rounds_error = True
            return
        bits = sum(word["data"] << (index * width) for index, word in enumerate(words))
        self._shots.append([bool(bits >> detector & 1) for detector in range(size)])
        self.num_shots += 1

    def take_image(self, words: list[Word]) -> None:
        """Take a packet of the image stream."""
        if len(words) != num_image_words(self._config, num_edges=self._graph.num_edges):
            self.image_error = True
            return
        self._waiting = image_from_words(words, self._config, template=self._template)

    def swap_image(self, *, shots_before: int) -> None:
        """Let the image that waits come into force.

        Parameters
        ----------
        shots_before : int
            Shots that have been answered: they had the image before, all others get this one.
        """
        assert self._waiting is not None
        self._images.append((shots_before, self._waiting))
        self._waiting = None
        self.num_images += 1
        self.image_shot = shots_before

    def expected(self, shot: int) -> DecodedShot:
        """Return the answer to a shot; raise `AssertionError` if there should be none."""
        assert shot < self.num_shots, f"shot {shot}: answered, but only {self.num_shots} came"
        images = [image for first_shot, image in self._images if first_shot <= shot]
        assert images, f"shot {shot}: answered without an image"
        return decode_shot(self._graph, images[-1], self._shots[shot], passes=self.passes)
