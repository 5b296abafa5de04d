"""Any endpoint that speaks the OpenAI chat protocol: Ollama, vLLM, llama.cpp, a hosted one."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

from server.cancel import check_wanted
from server.chat_models import ChatMessage, ChatModelUnavailable
from server.chat_models.breaker import CircuitBreaker

logger = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
MAX_CHARS = 8_000  # a completion longer than this is cut off: nobody asked for it
MAX_TOKENS = 700
CONNECT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often to try. All attempts together take at most `timeout_s`."""

    timeout_s: float = 30.0
    attempts: int = 3
    backoff_s: float = 0.5  # doubled after each attempt; a Retry-After of the endpoint is followed instead
    max_wait_s: float = 5.0


class OpenAICompatibleModel:
    """Streams completions over HTTP; safe to share between threads."""

    def __init__(
        self,
        url: str,
        name: str,
        key: str = "",
        patience: Patience | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Prepare for an endpoint; nothing is sent yet.

        Args:
            url: base address, such as `http://localhost:11434/v1`.
            name: of the model at that endpoint.
            key: sent as a bearer token; empty for none.
        """
        self._url = url.rstrip("/") + "/chat/completions"
        self._name = name
        self._patience = patience or Patience()
        self._breaker = breaker or CircuitBreaker()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # Redirects are not followed: the prompt goes to the address the operator named, and nowhere else.
        self._client = httpx.Client(headers=headers, follow_redirects=False, trust_env=False)

    def stream(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """Yield the completion piece by piece; tries again only as long as nothing was yielded.

        Raises:
            ChatModelUnavailable: when the endpoint does not answer in time, answers with an error, or breaks off.
        """
        if not self._breaker.allows():
            raise ChatModelUnavailable("the model failed several times in a row and is left alone for a while")
        try:
            yield from self._with_retries(messages, time.monotonic() + self._patience.timeout_s)
        except ChatModelUnavailable:
            self._breaker.failed()
            raise
        self._breaker.succeeded()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _with_retries(self, messages: Sequence[ChatMessage], deadline: float) -> Iterator[str]:
        wait_s = self._patience.backoff_s
        for attempt in range(1, self._patience.attempts + 1):
            started = False
            try:
                for piece in self._once(messages, deadline):
                    check_wanted()
                    started = True
                    yield piece
                return
            except _Refused as refused:
                pause_s = min(refused.retry_after_s or wait_s, self._patience.max_wait_s)
                is_last = attempt == self._patience.attempts or time.monotonic() + pause_s >= deadline
                if started or is_last or not refused.may_retry:
                    raise ChatModelUnavailable(str(refused)) from refused
                logger.warning("chat model attempt=%d failed, next in %.1f s", attempt, pause_s)
                time.sleep(pause_s)
                wait_s *= 2

    def _once(self, messages: Sequence[ChatMessage], deadline: float) -> Iterator[str]:
        body = {
            "model": self._name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
        }
        left_s = max(0.05, deadline - time.monotonic())
        timeout = httpx.Timeout(left_s, connect=min(CONNECT_TIMEOUT_S, left_s))
        try:
            with self._client.stream("POST", self._url, json=body, timeout=timeout) as response:
                _check_status(response)
                if "text/event-stream" in response.headers.get("content-type", ""):
                    yield from _streamed(response, deadline)
                else:
                    response.read()
                    yield _whole(response)
        except httpx.HTTPError as exc:
            raise _Refused(f"the model endpoint failed: {type(exc).__name__}", may_retry=True) from exc


class _Refused(Exception):
    """One attempt failed."""

    def __init__(self, reason: str, *, may_retry: bool, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.may_retry = may_retry
        self.retry_after_s = retry_after_s


def _check_status(response: httpx.Response) -> None:
    if response.status_code == 200:
        return
    after = response.headers.get("retry-after", "")
    raise _Refused(
        f"the model endpoint answered {response.status_code}",
        may_retry=response.status_code in RETRIED_STATUSES,
        retry_after_s=float(after) if after.replace(".", "", 1).isdigit() else 0.0,
    )


def _streamed(response: httpx.Response, deadline: float) -> Iterator[str]:
    """Yield the pieces of an event stream; one that ends without saying so was cut."""
    chars = 0
    for line in response.iter_lines():
        if time.monotonic() > deadline:
            raise _Refused("the model took too long", may_retry=False)
        data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if data == "[DONE]":
            return
        if data:
            piece, is_last = _piece(data)
            chars += len(piece)
            if chars > MAX_CHARS:
                raise _Refused("the model wrote far more than was asked for", may_retry=False)
            if piece:
                yield piece
            if is_last:
                return
    raise _Refused("the model's stream was cut", may_retry=True)


def _piece(data: str) -> tuple[str, bool]:
    """Return the text of one event and whether it is the last with text."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise _Refused("the model endpoint reported an error in its stream", may_retry=True)
        choices = event.get("choices") or [{}]
        text = (choices[0].get("delta") or {}).get("content") or ""
        return str(text), choices[0].get("finish_reason") == "stop"
    except (ValueError, AttributeError, TypeError, KeyError, IndexError) as exc:
        raise _Refused("the model endpoint sent something that is not the OpenAI protocol", may_retry=False) from exc


def _whole(response: httpx.Response) -> str:
    """Return the text of an answer that came in one piece although a stream was asked for."""
    try:
        text = str(response.json()["choices"][0]["message"]["content"])
    except (ValueError, TypeError, KeyError, IndexError) as exc:
        raise _Refused("the model endpoint sent something that is not the OpenAI protocol", may_retry=False) from exc
    if len(text) > MAX_CHARS:
        raise _Refused("the model wrote far more than was asked for", may_retry=False)
    return text
