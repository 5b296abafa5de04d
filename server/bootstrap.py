"""Puts the parts together: the only place that names concrete classes."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from index.retriever import LiveRetriever
from server.assistant import Assistant
from server.conversations import ConversationStore, MemoryConversations
from server.evidence import CalibratedJudge
from server.queries import QueryBuilder
from server.replies import LibraryReplies
from server.settings import Settings
from server.writers.extractive import ExtractiveWriter

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What the doors need, made once at start."""

    settings: Settings
    retriever: LiveRetriever
    assistant: Assistant
    conversations: ConversationStore


def build_services(settings: Settings) -> Services:
    """Return the assistant and its stores as `settings` ask for them.

    Raises:
        IndexingError: if there is no index to serve; the text names the command that makes one.
    """
    retriever = LiveRetriever(settings.var, embedder=settings.embedder)
    assistant = Assistant(
        retriever=retriever,
        queries=QueryBuilder(retriever.vocabulary),
        writer=ExtractiveWriter(),
        replies=LibraryReplies(lambda: retriever.sources),
        judge=CalibratedJudge(),
        top_k=settings.top_k,
        region=settings.region,
    )
    conversations = MemoryConversations(settings.conversation_ttl_min * 60, settings.max_conversations)
    return Services(settings, retriever, assistant, conversations)
