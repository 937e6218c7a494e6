"""Fixtures and options of the whole test suite."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from quantacore.sim.synthesis.programs import NEXTPNR_ECP5, YOSYS, SynthesisError, wheel_program
from quantacore.sim.verilator import VerilatorError, verilator_environment

# The same examples in every run (nothing here is random without a seed), and no time limit for
# one of them: the first call of a compiled function takes seconds.
settings.register_profile("repository", derandomize=True, deadline=None)
settings.load_profile("repository")

NO_SHARED_DATA = "shared data is not beside this repository"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        default="",
        metavar="MARKERS",
        help="comma-separated markers whose tests must not be skipped: a missing tool is a "
        "failure, missing shared data is not",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a required test into a failure."""
    report = yield
    required = _required_markers(item.config)
    marked = [name for name in required if item.get_closest_marker(name)]
    if marked and report.skipped and not hasattr(report, "wasxfail"):
        reason = _skip_reason(report)
        if NO_SHARED_DATA not in reason:
            report.outcome = "failed"
            report.longrepr = f"Test marked {', '.join(marked)} must run, but: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skip of a whole module into a failure: its markers cannot be known."""
    report = yield
    if report.skipped and _required_markers(collector.config):
        report.outcome = "failed"
        report.longrepr = f"Module {collector.nodeid} must be collected, but: {report.longrepr}"
    return report


def _required_markers(config: pytest.Config) -> list[str]:
    return [name for name in config.getoption("--require").split(",") if name]


def _skip_reason(report: pytest.TestReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of published data sets that live beside the repository; the test skips without it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(NO_SHARED_DATA)
    return folder


@pytest.fixture(autouse=True)
def _verilator(request: pytest.FixtureRequest) -> None:
    """Skip tests of simulated cores where Verilator cannot work, naming what is missing."""
    if request.node.get_closest_marker("verilator"):
        try:
            verilator_environment()
        except VerilatorError as error:
            pytest.skip(str(error))


@pytest.fixture(autouse=True)
def _browser(request: pytest.FixtureRequest) -> None:
    """Skip tests of the live page where there is no Chromium, naming its package."""
    if request.node.get_closest_marker("browser"):
        if not shutil.which("chromium"):
            pytest.skip("chromium is missing: apt-get install chromium")
        pytest.importorskip("playwright", reason="playwright is missing: pip install '.[dev]'")


@pytest.fixture(autouse=True)
def _torch(request: pytest.FixtureRequest) -> None:
    """Skip tests that teach where PyTorch is not installed."""
    if request.node.get_closest_marker("learn"):
        pytest.importorskip("torch", reason="torch is missing: pip install '.[learn]'")


@pytest.fixture(autouse=True)
def _synthesis(request: pytest.FixtureRequest) -> None:
    """Skip tests of synthesis where its tools are not installed, naming the missing one."""
    if request.node.get_closest_marker("synth"):
        try:
            for name in (YOSYS, NEXTPNR_ECP5):
                wheel_program(name)
        except SynthesisError as error:
            pytest.skip(str(error))
