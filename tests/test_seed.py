"""The owner's own passages go in with one command, and the answer quotes their words with an exact span."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from index.__main__ import main as index_main
from ingest.__main__ import main as ingest_main
from server.bootstrap import build_services
from server.conversations import Conversation
from server.settings import Settings

SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[2] / "shared"))
SEED = SHARED / "seeds" / "000_561a1223419553c2.txt"


@pytest.mark.slow
def test_an_added_file_is_quoted_in_its_own_words(real_var: Path, tmp_path: Path) -> None:
    if not SEED.is_file():
        pytest.skip(f"no seed passages under {SHARED} (set PLUMBLINE_SHARED)")
    var = tmp_path / "var"
    shutil.copytree(real_var, var)
    assert ingest_main(["add", str(SEED), "--var", str(var)]) == 0
    assert index_main(["build", "--var", str(var)]) == 0
    services = build_services(Settings(var=var))
    answer = services.assistant.reply(Conversation("c"), "what is the most common cause of sciatica?")
    added = [c for c in answer.cited.citations if c.passage.source.publisher != "Plumbline project"]
    assert added
    original = SEED.read_text(encoding="utf-8")
    for citation in added:
        text = services.retriever.document(citation.passage.document_id).text
        assert text[slice(*citation.source_span)] == citation.quote
        assert citation.quote in original
