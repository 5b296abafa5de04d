"""Clocks and memory that every part of the bench shares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np


def quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile, rounded to a microsecond."""
    return {
        "p50": round(float(np.quantile(milliseconds, 0.5)), 3),
        "p95": round(float(np.quantile(milliseconds, 0.95)), 3),
    }


def ratio(value: float, floor: float) -> float:
    """Return how many times the floor a value is."""
    return round(value / floor, 2)


def memory_mb(process_id: int | str = "self", *, peak: bool = False) -> float:
    """Return the resident memory of a process in MB, now or at its peak; 0 where /proc does not exist."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    wanted = "VmHWM:" if peak else "VmRSS:"
    line = next((line for line in status.splitlines() if line.startswith(wanted)), "")
    return round(int(line.split()[1]) / 1024, 1) if line else 0.0
