"""The pages work as plain forms, keep what was typed, and let nobody else post or frame them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.build import build_index
from index.passages import Source, read_documents, read_passages
from ingest.pipeline import ingest
from ingest.sources import Entry
from server.app import create_app
from server.bootstrap import Services, build_services
from server.conversations import Conversation, MemoryConversations
from server.page_screening import screening_message
from server.page_security import CSRF_COOKIE, CSRF_FIELD
from server.schemas import QuestionOut
from server.settings import Settings
from tests.hashed import with_cutoff_for_hashing

LIBRARY = Path(__file__).parents[2] / "corpus" / "library"
HTML = {"Accept": "text/html"}
PAGES = (
    "/", "/library", "/library/sciatica", "/about", "/how-it-was-made", "/privacy", "/accessibility", "/disclaimer",
    "/embed", "/deleted", "/nowhere",
)  # fmt: skip
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|=\s*['\"]?javascript:", re.IGNORECASE)
QUESTION = "how long does sciatica last"


@pytest.fixture
def browser(services: Services) -> Iterator[TestClient]:
    """Return a client with cookies of its own that follows no redirect."""
    with TestClient(create_app(services), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        client.headers.update(HTML)
        yield client


def token_of(browser: TestClient) -> str:
    found = re.search(rf'name="{CSRF_FIELD}" value="([^"]+)"', browser.get("/").text)
    assert found
    return found[1]


def ask(browser: TestClient, message: str, path: str = "/", **fields: str) -> str:
    """Send a question as the form does and return the path of the conversation."""
    response = browser.post(path, data={CSRF_FIELD: token_of(browser), "message": message, **fields})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def test_the_first_words_of_every_page_say_that_it_is_a_program(browser: TestClient) -> None:
    for path in PAGES:
        body = browser.get(path).text.split("<body", 1)[1]
        after_skip_link = body.split("</a>", 1)[1]
        text = re.sub(r"<[^>]+>", " ", after_skip_link)
        assert " ".join(text.split()).startswith("This is a computer program, not a clinician."), path


def test_a_question_is_answered_without_a_script(browser: TestClient) -> None:
    location = ask(browser, QUESTION)
    assert re.fullmatch(r"/c/c_[\w-]+#answer-1", location)
    assert "sciatica" not in location
    page = browser.get(location.split("#")[0]).text
    assert f'<span class="question-words">{QUESTION}</span></p>' in page
    markers = re.findall(r'class="marker" href="#([\w-]+)"', page)
    assert markers
    assert all(f'id="{target}"' in page for target in markers)


def test_a_source_past_its_review_date_says_so_wherever_it_is_shown(tmp_path: Path) -> None:
    late = Source(
        "late", "Sciatica, an older page", publisher="Someone", next_review="2020-02-01", reviewed_by="A. Nurse"
    )
    ingest([Entry(late, LIBRARY / "sciatica.md")], tmp_path)
    passages, documents = read_passages(tmp_path / "passages.jsonl"), read_documents(tmp_path / "documents.jsonl")
    build_index(passages, documents, tmp_path, embedder="hashing")
    built = build_services(Settings(var=tmp_path, embedder="hashing", rate_limit=""))
    app = create_app(with_cutoff_for_hashing(built))
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False, headers=HTML) as client:
        chat = client.get(ask(client, QUESTION).split("#")[0]).text
        passage = re.search(r'href="(/sources/passage/[^"]+)"', chat)
        assert passage
        pages = [chat, client.get("/library/late").text, client.get(html.unescape(passage[1])).text]
    for page in pages:
        warning = re.search(
            r'<(\w+) class="[^"]*is-cautious[^"]*"[^>]*>[^<]*Past its review date: 1 February 2020', page
        )
        assert warning, page
    with TestClient(app, headers=HTML) as client:
        assert "past its review date" in client.get("/library").text


def test_a_later_question_without_an_answer_beside_urgent_advice_is_not_left_blank(browser: TestClient) -> None:
    conversation = ask(browser, "I can't feel when I wipe").split("#")[0]
    ask(browser, "what exercises can I do", conversation)
    page = browser.get(conversation).text
    first, second = page.split('id="answer-1"')[1].split('id="answer-2"')
    assert "nothing else to show" not in first
    answer = browser.get(f"/v1/conversations/{conversation.removeprefix('/c/')}").json()["messages"][3]["answer"]
    assert ("nothing else to show" in second) == (not answer["answer"]["text"])


def test_thanks_are_not_called_out_of_scope(browser: TestClient) -> None:
    page = browser.get(ask(browser, "thank you").split("#")[0]).text
    assert "Outside what this program covers" not in page
    assert "Searched for" not in page
    page = browser.get(ask(browser, "what is the capital of France").split("#")[0]).text
    assert "Outside what this program covers" in page


def test_a_form_edits_the_last_question_and_a_chosen_suggestion_does_not(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    assert 'name="replaces" id="replaces" value="1"' in browser.get(f"{conversation}?edit=1").text
    assert ask(browser, "what is a slipped disc", conversation, replaces="1").endswith("#answer-1")
    assert ask(browser, "", conversation, replaces="1", suggestion="what helps sciatica").endswith("#answer-2")
    asked = browser.get(f"/v1/conversations/{conversation.removeprefix('/c/')}").json()["messages"][::2]
    assert [message["content"] for message in asked] == ["what is a slipped disc", "what helps sciatica"]


def test_the_marked_words_are_the_citation(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    page = browser.get(conversation).text
    answer = browser.get(f"/v1/conversations/{conversation.removeprefix('/c/')}").json()["messages"][1]["answer"]
    assert answer["citations"]
    for citation in answer["citations"]:
        item = page.split(f'id="source-1-{citation["id"]}"')[1].split("</details>")[0]
        shown = "".join(html.unescape(mark) for mark in re.findall(r"<mark>(.*?)</mark>", item, re.DOTALL))
        assert squeezed(shown) == squeezed(citation["quote"])
        link = html.unescape(re.search(r'href="(/sources/passage/[^"]+)"', item)[1])  # type: ignore[index]
        marked = re.findall(r"<mark[^>]*>(.*?)</mark>", browser.get(link).text, re.DOTALL)
        assert squeezed("".join(html.unescape(mark) for mark in marked)) == squeezed(citation["quote"])


def squeezed(words: str) -> str:
    """Return the words without line ends and list markers, which the page shows as list items."""
    return re.sub(r"\s|^- |\n- ", "", re.sub(r"(?m)^ *(- |\d+\. )", "", words))


def test_a_second_question_joins_the_conversation(browser: TestClient) -> None:
    first = ask(browser, QUESTION)
    second = ask(browser, "what helps it", first.split("#")[0])
    assert second == first.replace("#answer-1", "#answer-2")


@pytest.mark.parametrize(("message", "problem"), [("   ", "no words"), ("x" * 10_001, "10,000 characters or fewer")])
def test_an_unusable_question_is_explained_and_kept(browser: TestClient, message: str, problem: str) -> None:
    response = browser.post("/", data={CSRF_FIELD: token_of(browser), "message": message})
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert problem in response.text
    assert 'aria-invalid="true"' in response.text
    assert message in response.text


def test_a_post_from_elsewhere_is_refused_and_its_words_are_kept(browser: TestClient) -> None:
    browser.get("/")
    response = browser.post(
        "/", data={CSRF_FIELD: "wrong", "message": QUESTION}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert response.status_code == 403
    assert QUESTION in response.text


@pytest.mark.parametrize(("site", "status"), [("same-origin", 303), ("cross-site", 403), ("same-site", 403), ("", 403)])
def test_without_a_cookie_only_the_browser_can_vouch_for_the_form(browser: TestClient, site: str, status: int) -> None:
    """An embedded page is sent no SameSite=Strict cookie; pages of other sites cannot set Sec-Fetch-Site."""
    token = token_of(browser)
    browser.cookies.clear()
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert browser.post("/", data={CSRF_FIELD: token, "message": QUESTION}, headers=headers).status_code == status


def test_a_question_to_a_conversation_that_is_gone_is_kept(browser: TestClient) -> None:
    response = browser.post("/c/c_gone", data={CSRF_FIELD: token_of(browser), "message": QUESTION})
    assert response.status_code == 404
    assert "That conversation was deleted, or its time was up. Your question is still in the box" in response.text
    assert " id." not in response.text  # a word for programmers
    assert QUESTION in response.text


def test_deleting_forgets_at_once(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    assert "cannot be undone" in browser.get(f"{conversation}/delete").text
    response = browser.post(f"{conversation}/delete", data={CSRF_FIELD: token_of(browser)})
    assert response.status_code == 303
    for path in ("", "/summary", "/turns/1", "/delete"):
        assert browser.get(conversation + path).status_code == 404


@pytest.mark.parametrize("path", ["/delete", "/region", "/keep", "/feedback"])
def test_nothing_changes_without_the_form_token(browser: TestClient, path: str) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    assert browser.post(conversation + path, data={"region": "US"}).status_code == 403
    assert browser.get(conversation).status_code == 200


def test_another_region_changes_the_numbers_that_are_shown(browser: TestClient) -> None:
    message = "I have gone numb between my legs and cannot pee since this morning"
    conversation = ask(browser, message).split("#")[0]
    before = browser.get(conversation).text
    assert 'href="tel:999"' in before
    browser.post(f"{conversation}/region", data={CSRF_FIELD: token_of(browser), "region": "US"})
    after = browser.get(conversation).text
    assert 'href="tel:911"' in after
    assert 'href="tel:999"' not in after


def test_changing_the_region_leads_back_to_where_it_was_changed(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    fields = {CSRF_FIELD: token_of(browser), "region": "IE"}
    response = browser.post(f"{conversation}/region", data=fields, follow_redirects=False)
    assert response.headers["location"] == f"{conversation}#tools"


def test_an_emergency_card_comes_first_and_stays_pinned(browser: TestClient) -> None:
    conversation = ask(browser, "I have gone numb between my legs and cannot pee since this morning").split("#")[0]
    page = browser.get(conversation).text
    assert 'class="card card-emergency"' in page
    assert re.search(r'<span role="text"><span class="vh">Immediate action required: </span>\S', page)
    ask(browser, "what is sciatica", conversation)
    later = browser.get(conversation).text
    assert 'id="pinned"' in later
    assert later.index('id="pinned"') < later.index('id="turn-1"')


def test_the_question_can_be_put_back_into_the_box(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    assert f"\n{QUESTION}</textarea>" in browser.get(f"{conversation}?edit=1").text
    assert f"\n{QUESTION}</textarea>" not in browser.get(f"{conversation}?edit=9").text


def test_feedback_is_counted_without_a_script(browser: TestClient, services: Services) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    count = services.metrics.feedback.labels("unsafe", "none")._value
    before = count.get()
    fields = {CSRF_FIELD: token_of(browser), "answer_id": "ans_x", "rating": "unsafe", "turn": "1"}
    response = browser.post(f"{conversation}/feedback", data=fields)
    assert response.headers["location"] == f"{conversation}?thanks=1#feedback-1"
    assert count.get() == before + 1
    assert "Thank you" in browser.get(f"{conversation}?thanks=1").text


def test_the_summary_holds_question_quotes_references_and_signs(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    page = browser.get(f"{conversation}/summary").text
    for words in (
        QUESTION,
        "Questions to ask",
        "References",
        "numbness or a changed feeling between the legs",
        "summary-quote",
    ):
        assert words in page


def test_pages_hold_nothing_inline_and_are_not_stored(browser: TestClient) -> None:
    conversation = ask(browser, QUESTION).split("#")[0]
    for path in (*PAGES, conversation, f"{conversation}/summary", f"{conversation}/delete", f"{conversation}/turns/1"):
        response = browser.get(path)
        assert not INLINE.search(response.text), (path, INLINE.search(response.text))
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    cookie = browser.get("/").headers["set-cookie"].lower()
    assert cookie.startswith(CSRF_COOKIE)
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_nobody_may_embed_by_default(browser: TestClient) -> None:
    response = browser.get("/embed")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert browser.get("/widget.js").status_code == 404


def test_named_origins_may_embed_the_chat_and_nothing_else(services: Services) -> None:
    settings = services.settings.model_copy(update={"embed_origins": ("https://clinic.example",)})
    with TestClient(create_app(replace(services, settings=settings)), base_url="http://127.0.0.1:8000") as client:
        client.headers.update(HTML)
        response = client.get("/embed")
        assert "frame-ancestors https://clinic.example" in response.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in response.headers
        assert "iframe" in client.get("/widget.js").text
        assert "frame-ancestors 'none'" in client.get("/library").headers["Content-Security-Policy"]


def test_every_source_is_in_the_library_and_readable(browser: TestClient, services: Services) -> None:
    page = browser.get("/library").text
    for source in services.retriever.sources:
        assert f'href="/library/{source.source_id}"' in page
        article = browser.get(f"/library/{source.source_id}").text
        assert f"<h1>{html.escape(source.title, quote=False)}</h1>" in article or source.title in html.unescape(article)
        assert "Not yet reviewed by a clinician" in article


def test_an_article_has_anchors_for_its_headings(browser: TestClient) -> None:
    page = browser.get("/library/sciatica").text
    contents = re.findall(r'<a href="#(p\d+)">', page)
    assert contents
    assert all(f'id="{anchor}"' in page for anchor in contents)


def test_the_library_is_searched_without_words_in_the_address(browser: TestClient) -> None:
    response = browser.post("/library", data={CSRF_FIELD: token_of(browser), "words": "clamshell exercise"})
    assert response.status_code == 200
    assert "/library/clamshell" in response.text
    assert browser.post("/library", data={CSRF_FIELD: token_of(browser), "words": " "}).status_code == 422


@pytest.mark.parametrize("path", ["/c/c_unknown", "/library/unknown", "/sources/passage/unknown:1:p01", "/nowhere"])
def test_what_is_not_there_is_said_on_a_page_with_help(browser: TestClient, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert 'href="tel:999"' in response.text


@pytest.mark.parametrize("path", ["/library/sciatica?from=-1&to=3", "/library/sciatica?from=5&to=2", "/c/x?edit=a"])
def test_crooked_addresses_are_no_fault_of_ours(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code < 500


def test_answers_to_screening_questions_name_their_question() -> None:
    questions = [
        QuestionOut(id="Q1", text="Is it numb?"),
        QuestionOut(id="Q2", text="Any fever?"),
        QuestionOut(id="Q3", text="Why?"),
    ]
    form = {"answer_Q1": "no", "answer_Q2": "unsure", "answer_Q3": "<b>"}
    assert screening_message(questions, form) == "Is it numb? No.\nAny fever? Not sure."
    assert screening_message(questions, {}) == ""


def test_the_privacy_page_says_how_long_things_are_kept(browser: TestClient) -> None:
    assert "60 minutes after your last message" in browser.get("/privacy").text


class FillsUp(MemoryConversations):
    """A store that keeps one conversation of one question and then fails."""

    def put(self, conversation: Conversation) -> None:
        if len(conversation.messages) > 2:
            raise OSError("no space left")
        super().put(conversation)


def test_a_fault_while_asking_leads_back_to_the_conversation(services: Services) -> None:
    """The answers so far are still there."""
    app = create_app(replace(services, conversations=FillsUp(ttl_s=60, max_conversations=10)))
    options = {"base_url": "http://127.0.0.1:8000", "follow_redirects": False, "raise_server_exceptions": False}
    with TestClient(app, **options) as client:  # type: ignore[arg-type]
        client.headers.update(HTML)
        conversation = ask(client, QUESTION).split("#")[0]
        response = client.post(conversation, data={CSRF_FIELD: token_of(client), "message": "what helps"})
        assert response.status_code == 500
        assert f'href="{conversation}"' in response.text
        assert "Back to your conversation" not in client.get("/c/c_gone").text
