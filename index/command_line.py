"""What the commands of all packages share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

EXIT_UNREAD = 141  # as the shell says it of a program that wrote to a pipe nobody reads


def until_unread(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; 141, without a word, once nobody reads its output (`… | head`)."""
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more as it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_UNREAD
    return status
