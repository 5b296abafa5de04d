"""The OpenAI-compatible client against a real HTTP server that misbehaves on command."""

from __future__ import annotations

import time

import pytest

from server.chat_models import ChatMessage, ChatModelUnavailable
from server.chat_models.breaker import CircuitBreaker
from server.chat_models.openai_compatible import MAX_CHARS, OpenAICompatibleModel, Patience
from tests.fakes import chat_endpoint

ASK = [ChatMessage("system", "rules"), ChatMessage("user", "question")]
QUICK = Patience(timeout_s=2, attempts=3, backoff_s=0.01, max_wait_s=0.05)


def complete(url: str, patience: Patience = QUICK, breaker: CircuitBreaker | None = None) -> str:
    """Return the whole completion."""
    model = OpenAICompatibleModel(url, "small", "k3y", patience, breaker)
    try:
        return "".join(model.stream(ASK))
    finally:
        model.close()


def test_a_stream_arrives_whole_and_the_request_follows_the_protocol() -> None:
    with chat_endpoint("says:Walking helps. [1]") as (url, bodies):
        assert complete(url) == "Walking helps. [1]"
    assert bodies[0]["path"] == "/v1/chat/completions"
    assert bodies[0]["authorization"] == "Bearer k3y"
    assert bodies[0]["stream"] is True
    assert bodies[0]["messages"][1] == {"role": "user", "content": "question"}


def test_an_answer_in_one_piece_is_read_as_well() -> None:
    with chat_endpoint("whole:Walking helps. [1]") as (url, _):
        assert complete(url) == "Walking helps. [1]"


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_passing_error_is_tried_again(code: int) -> None:
    with chat_endpoint(f"status:{code}", "says:Better now. [1]") as (url, bodies):
        assert complete(url) == "Better now. [1]"
    assert len(bodies) == 2


def test_an_error_of_ours_is_not_tried_again() -> None:
    with chat_endpoint("status:401") as (url, bodies), pytest.raises(ChatModelUnavailable, match="401"):
        complete(url)
    assert len(bodies) == 1


def test_it_gives_up_after_the_last_attempt() -> None:
    with chat_endpoint("status:500") as (url, bodies), pytest.raises(ChatModelUnavailable, match="500"):
        complete(url)
    assert len(bodies) == QUICK.attempts


def test_a_cut_stream_is_not_passed_off_as_whole_and_not_repeated() -> None:
    """Trying again after words were shown would show them twice."""
    with chat_endpoint("cut:Walking he") as (url, bodies):
        model = OpenAICompatibleModel(url, "small", patience=QUICK)
        got = []
        with pytest.raises(ChatModelUnavailable, match="cut"):
            got.extend(model.stream(ASK))
        model.close()
    assert got == ["Walking he"]
    assert len(bodies) == 1


@pytest.mark.parametrize(("behaviour", "reason"), [("garbage:", "protocol"), ("long:", "more than")])
def test_what_is_not_the_protocol_or_never_ends_is_refused(behaviour: str, reason: str) -> None:
    with chat_endpoint(behaviour) as (url, _), pytest.raises(ChatModelUnavailable, match=reason):
        complete(url)
    assert MAX_CHARS < 30_000


def test_a_slow_stream_is_left_when_time_is_up() -> None:
    started = time.monotonic()
    with chat_endpoint("slow:3") as (url, _), pytest.raises(ChatModelUnavailable):
        complete(url, Patience(timeout_s=0.4, attempts=1))
    assert time.monotonic() - started < 2.5


def test_nobody_listening_is_an_error_that_names_no_words_of_the_prompt() -> None:
    with pytest.raises(ChatModelUnavailable) as raised:
        complete("http://127.0.0.1:9", Patience(timeout_s=1, attempts=1))
    assert "question" not in str(raised.value)


def test_the_breaker_stops_asking_and_tries_once_after_a_rest() -> None:
    now = [0.0]
    breaker = CircuitBreaker(max_failures=2, rest_s=10, clock=lambda: now[0])
    once = Patience(timeout_s=2, attempts=1)
    with chat_endpoint("status:500", "status:500", "says:Back. [1]") as (url, bodies):
        for _ in range(2):
            with pytest.raises(ChatModelUnavailable, match="500"):
                complete(url, once, breaker)
        with pytest.raises(ChatModelUnavailable, match="left alone"):
            complete(url, once, breaker)
        assert len(bodies) == 2
        now[0] = 11.0
        assert complete(url, once, breaker) == "Back. [1]"
        assert complete(url, once, breaker) == "Back. [1]"
