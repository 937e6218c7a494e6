"""Faults since the last look, whether somebody has cleared them or not."""

from types import SimpleNamespace

from quantacore.host.fault_watch import SPOILING_FAULTS, FaultWatch


class Faulty(SimpleNamespace):
    """What `FaultWatch` asks of a driver."""

    async def read(self, name):
        return self.counts.get(name, 0)


def test_fault_is_told_once_waiting_or_cleared(run):
    driver = Faulty(faults_told=0, counts={})
    watch = FaultWatch(driver)

    async def scenario():
        assert not await watch.was_spoiled()
        driver.counts[f"{SPOILING_FAULTS[0]}_count"] = 1
        assert await watch.was_spoiled()
        assert not await watch.was_spoiled()
        driver.counts, driver.faults_told = {}, 1
        assert await watch.was_spoiled()
        assert not await watch.was_spoiled()

    run(scenario())
