"""Settings: the only module that reads the environment. Every field becomes ``PLUMBLINE_<NAME>``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Region = Literal["GB", "IE", "EU", "US", "CA", "AU"]


class Settings(BaseSettings):
    """Everything an operator can change, with safe defaults."""

    model_config = SettingsConfigDict(env_prefix="PLUMBLINE_", env_file=None, extra="ignore")

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; keep it local unless a proxy stands before it"
    )
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on")
    var: Path = Field(default=Path("var"), description="Data folder: passages, index generations, exported model")
    embedder: str = Field(default="default", description="Embedding model: 'default', a local path or a hub name")
    region: Region | None = Field(
        default="GB", description="Whose phone numbers to show when the person has not chosen"
    )

    top_k: int = Field(default=12, ge=1, le=50, description="Passages handed to the answer writer")
    max_message_chars: int = Field(default=10_000, ge=100, le=100_000, description="Longest message, in characters")
    max_body_bytes: int = Field(default=262_144, ge=1_024, description="Largest request body, in bytes")
    max_conversation_chars: int = Field(
        default=100_000, ge=100, description="All messages together that a request may carry, in characters"
    )
    max_turns: int = Field(default=100, ge=2, description="Messages a conversation may hold before a new one is needed")

    conversation_ttl_min: float = Field(
        default=60, gt=0, description="Minutes a conversation is kept after its last message"
    )
    max_conversations: int = Field(default=10_000, ge=1, description="Conversations held in memory at most")
    conversation_url: str = Field(
        default="", description="SQLAlchemy address to keep conversations in; empty = memory only"
    )
    retention_days: float = Field(
        default=7, gt=0, description="Days a stored conversation is kept (with conversation_url)"
    )

    api_key_hashes: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="sha256 (hex) of accepted API keys, comma-separated; empty = open"
    )
    rate_limit: str = Field(
        default="120/minute", description="Requests a client may make, like '120/minute'; empty = no limit"
    )
    max_concurrent: int = Field(default=256, ge=1, description="Requests answered at once before 503")
    worker_threads: int = Field(
        default=40, ge=1, le=1_000, description="Answers worked out at once; further ones wait, up to max_concurrent"
    )
    stop_timeout_s: int = Field(
        default=30, ge=1, description="Seconds that answers under way may take when the server is told to stop"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Host names that clients may use, comma-separated; empty = any, but /mcp on a local address "
        "answers to local names alone",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses whose X-Forwarded-For is believed, comma-separated"
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins that may embed the page, comma-separated; empty = nobody"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged; never message text"
    )

    chat_model_url: str = Field(
        default="", description="Base address of an OpenAI-compatible endpoint; empty = no language model"
    )
    chat_model_name: str = Field(default="", description="Name of the model at that endpoint")
    chat_model_key: SecretStr = Field(default=SecretStr(""), description="Key for that endpoint")
    chat_model_timeout_s: float = Field(
        default=30, gt=0, description="Seconds a model may take before the extractive answer is given"
    )

    @field_validator("api_key_hashes", "trusted_proxies", "embed_origins", "allowed_hosts", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("api_key_hashes")
    @classmethod
    def _are_hashes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[0-9a-fA-F]{64}", part) for part in value):
            raise ValueError("Every value must be a sha256 in hex, 64 digits; `printf %s KEY | sha256sum` makes one")
        return value

    @field_validator("chat_model_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^\s/]", value):
            raise ValueError("An address must start with http:// or https://")
        return value


# Never repeated in an error: they may hold a key or a password.
SECRET_SETTINGS = frozenset({"api_key_hashes", "chat_model_key", "conversation_url"})
