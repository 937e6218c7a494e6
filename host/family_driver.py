"""Switch the core of a family between its members, at the edges of shots.

In: `Driver`, `CodeFamily`, shots of members.   Out: `Predictions` of each member's shots.
Next: `quantacore.host.driver`.   Who says when: `quantacore.golden.adapt.switching`.

An image comes into force between two windows, wherever in a shot. So a switch waits until every
window of the shots before it has been predicted, and holds back those after it. What takes long,
sending the image, is done before, while shots go on.
"""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.driver import Driver, Predictions
from quantacore.host.errors import WrongImageError
from quantacore.host.live_log import LiveLog


class FamilyDriver:
    """One core that is several decoders, one at a time.

    All shots and images must go through it. Methods may be called from several tasks.

    Parameters
    ----------
    driver : Driver
        Of a core that was generated from the family's plan.
    family : CodeFamily
    images : mapping of str to WindowImage, optional
        Member -> its image for the family's plan; those of `CodeFamily.images` by default.
    log : LiveLog, optional
        Told of each switch, for `quantacore dashboard`.

    Attributes
    ----------
    member : str or None
        Which one is in force; None before the first switch.

    Raises
    ------
    ValueError
        If an image was not made for the core.
    """

    def __init__(
        self,
        driver: Driver,
        family: CodeFamily,
        *,
        images: Mapping[str, WindowImage] | None = None,
        log: LiveLog | None = None,
    ) -> None:
        self.driver = driver
        self._log = log
        self.family = family
        if images is None:
            images = family.images(driver.core.manifest.config)
        for image in images.values():
            driver.core.check_image(image)
        self._images = dict(images)
        self.member: str | None = None
        self._number = 0
        self._staged: tuple[str, int] | None = None
        self._staging = asyncio.Lock()
        self._edge = asyncio.Lock()

    async def prepare(self, name: str) -> None:
        """Send a member's image to the core, so that a switch to it only brings it into force.

        Shots of the present member go on meanwhile. Only one is prepared at a time.

        Raises
        ------
        ValueError
            If there is no such member.
        """
        async with self._staging:
            await self._stage(name)

    async def switch(self, name: str) -> int:
        """Bring a member's image into force, behind all shots that were handed over before.

        Returns
        -------
        int
            The number of the image in force: its predictions have it in their field ``image``.

        Raises
        ------
        ValueError
            If there is no such member.
        ImageRejectedError
            If the core does not accept its image; the member in force stays.
        """
        async with self._edge:
            return await self._switch(name)

    async def decode(
        self, name: str, shots: Sequence[np.ndarray], *, check: bool = True
    ) -> Predictions:
        """Decode whole shots of a member, after a switch to it if another one is in force.

        Parameters
        ----------
        name : str
        shots : sequence of bool arrays of shape ``(num_rounds, number of the member's slots)``
        check : bool
            Raise an exception if the core reports a fault.

        Raises
        ------
        ValueError
            If there is no such member, or shots are not of its shape; nothing is sent then.
        WrongImageError
            If somebody else loaded an image meanwhile.
        LinkTimeoutError, HardwareFaultError
            As `Driver.decode`.
        """
        spread = [self.family.rounds(name, shot) for shot in shots]
        async with self._edge:
            number = await self._switch(name)
            predictions = await self.driver.decode(spread, check=check)
        found = set(predictions.fields["image"].tolist()) - {number}
        if found:
            raise WrongImageError(
                f"Windows of member {name} must be decoded with image {number}, "
                f"not with {sorted(found)}"
            )
        return predictions

    async def _stage(self, name: str) -> int:
        if name not in self._images:
            raise ValueError(f"Member must be one of {', '.join(self._images)}, not {name!r}")
        if self._staged is None or self._staged[0] != name:
            self._staged = None  # what was there is overwritten, whether or not this one arrives
            self._staged = (name, await self.driver.stage_image(self._images[name]))
        return self._staged[1]

    async def _switch(self, name: str) -> int:
        if self.member != name:
            async with self._staging:
                checksum = await self._stage(name)
                self._staged = None
                self._number = await self.driver.swap_image(checksum)
            before, self.member = self.member, name
            if self._log is not None:
                came_from = f"after {before}" if before else "the first"
                self._log.event("code", f"{name} is in force, {came_from}; image {self._number}")
        return self._number
