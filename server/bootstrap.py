"""Puts the parts together: the only place that names concrete classes."""

from __future__ import annotations

import logging
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from index.live import LiveRetriever
from index.retriever import Retriever
from server.assistant import AnswerWriter, Assistant
from server.conversations import ConversationStore, MemoryConversations
from server.evidence import CalibratedJudge
from server.observability import Metrics
from server.queries import QueryBuilder
from server.red_flags.proposals import forget_readings
from server.red_flags.reader import load_reader
from server.red_flags.words import read_known_words
from server.replies import LibraryReplies
from server.settings import Settings
from server.writers.extractive import ExtractiveWriter

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What the doors need, made once at start."""

    settings: Settings
    live: LiveRetriever
    assistant: Assistant
    conversations: ConversationStore
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def workers(self) -> Executor:
        """Return the threads that streamed answers are worked out in."""
        return ThreadPoolExecutor(self.settings.worker_threads, "answer")

    @property
    def retriever(self) -> Retriever:
        """Return the newest generation of the index; take it once per request."""
        return self.live.snapshot()


def build_services(settings: Settings, live: LiveRetriever | None = None) -> Services:
    """Return the assistant and its stores as `settings` ask for them.

    Args:
        settings: what the operator chose.
        live: the index, where it was opened already.

    Raises:
        IndexingError: if there is no index to serve; the text names the command that makes one.
    """
    live = live or LiveRetriever(settings.var, embedder=settings.embedder)
    embedder = live.snapshot().embedder
    ordinary = read_known_words()
    assistant = Assistant(
        index=live.snapshot,
        queries=QueryBuilder(lambda: live.snapshot().vocabulary, ordinary),
        writer=build_writer(settings, live),
        replies=LibraryReplies(lambda: live.snapshot().vocabulary, ordinary),
        judge=CalibratedJudge(lambda: live.snapshot().vocabulary),
        top_k=settings.top_k,
        region=settings.region,
        reader=load_reader(embedder.embed_queries, embedder.weights_sha256),
    )
    return Services(settings, live, assistant, build_conversations(settings))


def build_writer(settings: Settings, live: LiveRetriever) -> AnswerWriter:
    """Return the quoting writer, or one with the operator's language model and the quoting one behind it."""
    if not settings.chat_model_url:
        return ExtractiveWriter()
    from server.chat_models.openai_compatible import OpenAICompatibleModel, Patience
    from server.writers.generative import GenerativeWriter

    model = OpenAICompatibleModel(
        settings.chat_model_url,
        settings.chat_model_name,
        settings.chat_model_key.get_secret_value(),
        Patience(timeout_s=settings.chat_model_timeout_s),
    )
    return GenerativeWriter(model, ExtractiveWriter(), embed=lambda: live.snapshot().embed)


def build_conversations(settings: Settings) -> ConversationStore:
    """Return where conversations live: memory, or the database the operator named."""
    if not settings.conversation_url:
        return MemoryConversations(
            settings.conversation_ttl_min * 60, settings.max_conversations, on_forget=forget_readings
        )
    from server.stored_conversations import StoredConversations

    return StoredConversations(settings.conversation_url, settings.retention_days, on_forget=forget_readings)
