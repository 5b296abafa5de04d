"""The real OpenAI client gets text with markers, annotations, full citations, and safety first."""

from __future__ import annotations

import httpx
import openai
import pytest
from fastapi import FastAPI
from openai.types.chat import ChatCompletion
from starlette.testclient import TestClient

EMERGENCY = "I have back pain and I can't feel when I wipe"
QUESTION = "what is the most common cause of sciatica?"


@pytest.fixture
def real_client(client: TestClient) -> openai.OpenAI:
    """Return the published client, talking to the application in this process."""
    return openai.OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none", http_client=client, max_retries=0)


def complete(client: openai.OpenAI, text: str) -> ChatCompletion:
    """Return the answer to one user message."""
    return client.chat.completions.create(model="plumbline", messages=[{"role": "user", "content": text}])


def test_annotations_point_at_the_quoted_words(real_client: openai.OpenAI) -> None:
    completion = complete(real_client, QUESTION)
    message = completion.choices[0].message
    assert message.content is not None
    assert message.annotations
    citations = message.model_extra["context"]["citations"] if message.model_extra else []
    for annotation, citation in zip(message.annotations, citations, strict=True):
        place = annotation.url_citation
        assert message.content[place.start_index : place.end_index] == citation["quote"]


def test_the_stream_says_the_same_and_ends_properly(real_client: openai.OpenAI) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    whole = real_client.chat.completions.create(model="plumbline", messages=messages)  # type: ignore[call-overload]
    chunks = list(real_client.chat.completions.create(model="plumbline", messages=messages, stream=True))  # type: ignore[call-overload]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    extra = chunks[-2].choices[0].delta.model_extra or {}
    assert [a["url_citation"] for a in extra["annotations"]] == [
        a.url_citation.model_dump() for a in whole.choices[0].message.annotations
    ]


def test_the_card_comes_first_in_the_text(real_client: openai.OpenAI) -> None:
    completion = complete(real_client, EMERGENCY)
    assert (completion.choices[0].message.content or "").startswith("Immediate action required")


def test_earlier_turns_count(real_client: openai.OpenAI) -> None:
    messages = [
        {"role": "user", "content": EMERGENCY},
        {"role": "assistant", "content": "Go to A&E now."},
        {"role": "user", "content": "what is a slipped disc?"},
    ]
    completion = real_client.chat.completions.create(model="plumbline", messages=messages)  # type: ignore[call-overload]
    assert completion.model_extra is not None
    assert completion.model_extra["safety"]["level"] == "emergency"


def test_models_are_listed(real_client: openai.OpenAI) -> None:
    assert [model.id for model in real_client.models.list()] == ["plumbline"]


def test_errors_have_the_shape_the_client_reads(real_client: openai.OpenAI, client: TestClient) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        real_client.chat.completions.create(model="plumbline", messages=[{"role": "user", "content": " "}])
    assert caught.value.code == "message_invalid"
    body = client.post("/v1/chat/completions", json={"messages": []}).json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}


def test_unknown_fields_are_tolerated(app: FastAPI, client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0.2, "user": "u", "seed": 1}
    response: httpx.Response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200
