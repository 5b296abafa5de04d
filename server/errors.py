"""Errors of the server package, and the one place that turns any fault into an RFC 9457 problem.

AssistantError                 carries status, title and a code for the problem document
├── ConversationUnknown        404
├── SearchUnavailable          503
├── MessageInvalid             422
└── SettingsInvalid            start-up only
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of the errors a door may answer with; the text never repeats what the person wrote."""

    status = 500
    title = "Something went wrong"
    code = "internal"


class ConversationUnknown(AssistantError):
    """No conversation under this id: it never was, has expired or was deleted."""

    status = 404
    title = "This conversation is not here any more"
    code = "conversation_unknown"


class SearchUnavailable(AssistantError):
    """The index cannot be searched right now."""

    status = 503
    title = "Search is unavailable"
    code = "search_unavailable"


class MessageInvalid(AssistantError):
    """The message is empty or too long."""

    status = 422
    title = "The message cannot be read"
    code = "message_invalid"


class SettingsInvalid(AssistantError):
    """A setting does not hold what it should; said at start."""

    title = "A setting is wrong"
    code = "settings_invalid"
