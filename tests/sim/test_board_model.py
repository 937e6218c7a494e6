"""A board's core, operated bit by bit through its UART, against the golden window decoder."""

import random
import shutil
from dataclasses import replace

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.manifest import manifest_from_json, manifest_to_json
from quantacore.golden.spec.prediction_word import decode_prediction
from quantacore.golden.spec.registers import FAULTS, ID_VALUE, REGISTER_BY_NAME
from quantacore.golden.spec.uart_protocol import (
    PROTOCOL_VERSION,
    Reason,
    encode_frame,
    read_register,
)
from quantacore.golden.spec.window_image import build_window_image
from quantacore.hdl.generate import generate_stream_core
from quantacore.hdl.platform.bitstream import board_config
from quantacore.hdl.platform.board_core import QUEUE_BYTES, BoardCore
from quantacore.hdl.platform.board_top import TOP
from quantacore.sim.board_model import BoardDriver, BoardModel

pytestmark = [pytest.mark.verilator, pytest.mark.slow]

CYCLES_PER_BIT = 4.5
BAUD = 40_000  # slow, so that the LEDs blink after few cycles
BUFFER_DEPTH = 8
MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
PLAN = window_plan(MEMORY, commit_rounds=2, buffer_rounds=1)
IMAGE = build_window_image(PLAN, with_links=False)
CONFIG = board_config(CoreConfig(), num_slots=PLAN.num_slots)
FAULT_BIT = {fault.name: 1 << bit for bit, fault in enumerate(FAULTS)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("board")
    generate_stream_core(
        PLAN,
        folder,
        config=CONFIG,
        image=IMAGE,
        buffer_depth=BUFFER_DEPTH,
        wrap=lambda core: BoardCore(core, clock_hz=CYCLES_PER_BIT * BAUD, baud=BAUD),
        top_name=TOP,
    )
    return folder


@pytest.fixture
def model(folder):
    return BoardModel(folder, cycles_per_bit=CYCLES_PER_BIT)


@pytest.fixture
def driver(model):
    """Return a driver of a board that has its image."""
    driver = BoardDriver(model.exchange)
    driver.hello()
    assert driver.load_image(IMAGE, CONFIG)
    return driver


def sampled(num_rounds, num_shots, seed=3):
    sampler = MEMORY.circuit(num_rounds).compile_detector_sampler(seed=seed)
    events = sampler.sample(num_shots, bit_packed=True)
    return rounds_of_events(events, MEMORY.places(num_rounds), num_slots=PLAN.num_slots)


def assert_golden(driver, shots, *, first_shot=0):
    """Compare all predictions of equally long shots, and forget them."""
    golden = WindowDecoder(IMAGE, passes=1).decode_shots(shots)
    words = [
        decode_prediction(int.from_bytes(word, "little"), num_observables=1)
        for word in driver.session.predictions
    ]
    assert [word["observables"] for word in words] == golden.frames.ravel().tolist()
    for name, expected in (
        ("round", golden.rounds),
        ("volume", golden.volumes),
        ("growth_steps", golden.growth_steps),
        ("contested", golden.contested),
    ):
        assert [word[name] for word in words] == expected.ravel().tolist(), name
    per_shot = PLAN.num_windows(shots.shape[1])
    expected_shots = [first_shot + index // per_shot for index in range(len(words))]
    assert [word["shot"] for word in words] == expected_shots
    assert not any(word["damaged"] or word["unmatched"] for word in words)
    assert any(word["observables"] for word in words)
    driver.session.predictions.clear()


def test_shots_through_the_uart_match_golden(model):
    driver = BoardDriver(model.exchange)
    assert driver.hello() == {
        "version": PROTOCOL_VERSION,
        "queue_bytes": QUEUE_BYTES,
        "bad_frames": 0,
    }
    assert driver.read("id") == ID_VALUE
    assert driver.read("graph_hash") == int(PLAN.plan_hash[:8], 16)
    assert driver.read("num_slots") == PLAN.num_slots
    assert driver.load_image(IMAGE, CONFIG)
    assert driver.read("image_count") == 1
    first = 0
    for num_rounds in (2, 3, 5, 12):
        shots = sampled(num_rounds, 30)
        driver.send_shots(list(shots))
        assert_golden(driver, shots, first_shot=first)
        first += len(shots)
    assert driver.read("shots") == first
    assert driver.read("faults") == 0
    assert driver.session.lost_predictions == 0
    assert driver.session.decoder.bad_frames == 0
    # Answers wait for predictions, and rounds for both: some found no room, and were sent again.
    assert set(driver.session.errors) <= {Reason.NO_ROOM, Reason.TAG}
    assert model.leds["fault"] is False


@pytest.mark.parametrize("baud_error", [-0.02, 0.02])
def test_computer_may_be_two_percent_off(model, baud_error):
    driver = BoardDriver(lambda data: model.exchange(data, baud_error=baud_error))
    driver.hello()
    assert driver.load_image(IMAGE, CONFIG)
    shots = sampled(5, 20)
    driver.send_shots(list(shots))
    assert_golden(driver, shots)
    assert driver.hello()["bad_frames"] == 0


def test_damage_on_the_line_is_reported_and_overcome(model, driver):
    rng = random.Random("board_model/damage")

    def damaged(data):
        kind = rng.randrange(6)
        at = rng.randrange(len(data))
        if kind == 0:
            return model.exchange(data[:at] + data[at + 1 :])
        if kind == 1:
            changed = data[at] ^ 1 << rng.randrange(8)
            return model.exchange(data[:at] + bytes([changed]) + data[at + 1 :])
        if kind == 2:
            return model.exchange(data, bad_stops={at})
        if kind == 3:
            return model.exchange(rng.randbytes(rng.randrange(60)) + data)
        heard = model.exchange(data)
        if kind == 4 and len(heard) > 20:  # an answer is lost, but no prediction
            frames = heard.split(b"\xc0")
            answers = [i for i, frame in enumerate(frames) if frame[:1] in (b"\x82", b"\x84")]
            if answers:
                del frames[rng.choice(answers)]
            return b"\xc0".join(frames)
        return heard

    driver.exchange = damaged
    shots = sampled(5, 100)
    for shot in shots:
        driver.send_shots([shot])
    driver.exchange = model.exchange
    assert driver.read("shots") == len(shots)
    assert_golden(driver, shots)
    assert {Reason.CRC, Reason.FRAMING, Reason.TAG} <= set(driver.session.errors)
    assert model.leds["fault"] is True
    assert driver.hello()["bad_frames"] > 10
    assert model.leds["fault"] is False
    assert driver.read("faults") == 0


def test_faults_of_the_core_are_seen_and_cleared(model, driver):
    assert not driver.write("id", 1)
    assert driver.read("faults") == FAULT_BIT["bad_access"]
    assert model.leds["fault"] is True
    assert driver.write("faults", FAULT_BIT["bad_access"])
    assert model.leds["fault"] is False
    shots = sampled(5, 10)
    driver.send_shots(list(shots))
    assert_golden(driver, shots)


def test_rounds_without_room_wait_or_are_lost_as_control_says(model):
    driver = BoardDriver(model.exchange)
    driver.hello()
    shots = sampled(5, 6)
    # Without an image nothing is decoded: the buffer fills, and the rest is refused.
    with pytest.raises(RuntimeError, match="makes no progress"):
        driver.send_shots(list(shots))
    assert Reason.NO_ROOM in driver.session.errors
    accepted = driver.read("rounds_accepted")
    assert 0 < accepted <= BUFFER_DEPTH + PLAN.num_rounds + 1  # one in the intake
    assert driver.read("faults") == 0
    # Told not to wait, the core takes them and says that it lost them.
    assert driver.write("control", REGISTER_BY_NAME["control"].pack(no_wait=1))
    driver.send_shots(list(shots))
    assert driver.read("faults") & FAULT_BIT["lost_round"]
    assert driver.read("lost_round_count") > 0
    assert model.leds["fault"] is True
    # A restart forgets everything, also the half shot.
    driver.reset()
    assert driver.read("faults") == 0
    assert driver.load_image(IMAGE, CONFIG)
    driver.send_shots(list(shots))
    assert_golden(driver, shots)


def test_bytes_that_find_the_queue_full_are_reported(model, driver):
    # Reads have longer answers than commands: without the limit the queue runs over.
    address = REGISTER_BY_NAME["id"].address
    reads = [encode_frame(read_register(tag % 256, address=address)) for tag in range(2000)]
    driver.exchange(b"".join(reads))
    assert driver.hello()["bad_frames"] > 0
    assert driver.read("id") == ID_VALUE
    shots = sampled(5, 10)
    driver.send_shots(list(shots))
    assert_golden(driver, shots)


def test_leds_show_life_and_work(model, driver):
    driver.send_shots(list(sampled(5, 2)))
    assert model.leds["busy"] is True
    seen = set()
    # Blinks with a period of 2**18 cycles, as the clock is of 180 kHz.
    for _ in range(20):
        seen.add(model.leds["alive"])
        model.exchange(bytes(400))
        if len(seen) == 2:
            break
    assert seen == {True, False}
    assert model.leds["fault"] is False


def test_model_rejects_a_core_without_a_board(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "other")
    manifest = manifest_from_json((folder / "manifest.json").read_text())
    other = replace(manifest, top="quantacore_core")
    (tmp_path / "other" / "manifest.json").write_text(manifest_to_json(other))
    with pytest.raises(ValueError, match="Core must be one of a board, not 'quantacore_core'"):
        BoardModel(tmp_path / "other", cycles_per_bit=4)
