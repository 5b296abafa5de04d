"""CircuitBreaker: after some failures in a row, stops asking for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Closed: asks. Open: does not, for `rest_s`. Then one request is let through; its outcome decides.

    Safe to share between threads.
    """

    def __init__(
        self, max_failures: int = 3, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_failures = max_failures
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Return whether to ask now; the request that tries again after a rest keeps others waiting for its outcome."""
        with self._lock:
            if self._failures < self._max_failures:
                return True
            if self._clock() < self._open_until:
                return False
            self._open_until = self._clock() + self._rest_s
            return True

    def succeeded(self) -> None:
        """Note a request that worked."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note a request that did not."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._max_failures:
                self._open_until = self._clock() + self._rest_s
