"""Conversations without a line: what is sent, what is taken for an answer."""

import pytest

from quantacore.golden.spec.uart_protocol import (
    PROTOCOL_VERSION,
    Frame,
    Opcode,
    Reason,
    encode_frame,
    read_register,
)
from quantacore.host.links.uart_session import UartSession

HELLO_ANSWER = Frame(
    opcode=Opcode.HELLO_ANSWER, tag=0, payload=bytes([PROTOCOL_VERSION, 0, 2, 0, 0])
)
READ_ANSWER = Frame(opcode=Opcode.READ_ANSWER, tag=0, payload=bytes(5))
ERROR = Frame(opcode=Opcode.ERROR, tag=1, payload=bytes([Reason.TAG]))


def prediction(tag):
    return encode_frame(Frame(opcode=Opcode.PREDICTION, tag=tag, payload=bytes(8)))


@pytest.mark.parametrize("late", [READ_ANSWER, ERROR], ids=["answer", "error"])
def test_answers_of_a_conversation_before_do_not_answer_hello(late):
    session = UartSession()
    session.begin_hello()
    assert session.outgoing()
    session.feed(encode_frame(late))
    assert not session.finished
    session.rewind()
    session.feed(encode_frame(HELLO_ANSWER))
    assert not session.finished  # nothing is in flight
    assert session.outgoing()
    session.feed(encode_frame(HELLO_ANSWER))
    assert session.finished
    session.begin([lambda tag: read_register(tag, address=0)])
    assert session.outgoing()


def test_gaps_count_from_the_first_prediction_or_the_reset():
    session = UartSession()
    session.feed(prediction(200) + prediction(201) + prediction(204))
    assert session.lost_predictions == 2
    session.restart()
    session.feed(prediction(1))
    assert session.lost_predictions == 3
