"""One command runs the suites, keeps what is finished, checks bars, and writes a page that opens by itself."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evals import suites
from evals.__main__ import main
from evals.errors import DatasetInvalid
from evals.figures import Curve, Differences, Figure, SuiteContext, SuiteReport, suite_from_json
from evals.suites import check_bars, read_bars
from index.build import build_index
from index.passages import Passage, Source

CALLS: list[str] = []


def good_suite(context: SuiteContext) -> SuiteReport:
    CALLS.append("good")
    return SuiteReport(
        title="Good <things>",
        figures=(Figure("share", 0.9, 0.8, 0.95, 100), Figure("reply", 12.5, unit="ms", lower_is_better=True)),
        notes=("A note & more.",),
        curves=(Curve("Curve", "across", "up", ((0.5, 0.1), (1.0, 0.4))),),
        differences=(Differences("Per query", (("gained <b>", 0.5), ("lost", -0.25))),),
    )


def missing_suite(context: SuiteContext) -> SuiteReport:
    raise DatasetInvalid("there is no such data")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    passage = Passage("p", "d", "Hips move.", 0, 10, Source("d", "Hips"), sentences=((0, 10),))
    build_index([passage], [], tmp_path / "var", embedder="hashing")
    registry = {
        "good": f"{__name__}:good_suite",
        "missing": f"{__name__}:missing_suite",
        "absent": "evals.nowhere:suite",
    }
    monkeypatch.setattr(suites, "SUITES", registry)
    CALLS.clear()
    return tmp_path / "var"


def test_every_suite_is_run_or_left_out_with_its_reason(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--var", str(var)]) == 0
    report = json.loads((var / "evals" / "report.json").read_text())
    assert {name: one["status"] for name, one in report["suites"].items()} == {
        "good": "done",
        "missing": "left out",
        "absent": "left out",
    }
    printed = capsys.readouterr().out
    assert "there is no such data" in printed
    assert "0.800 to 0.950" in printed
    assert not (var / "evals" / "unfinished").exists()


def test_a_suite_that_was_asked_for_by_name_must_have_run(var: Path) -> None:
    assert main(["--var", str(var), "--only", "good"]) == 0
    assert main(["--var", str(var), "--only", "missing"]) == 1


def test_an_interrupted_run_leaves_no_report_and_goes_on_where_it_stopped(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(context: SuiteContext) -> SuiteReport:
        raise KeyboardInterrupt

    monkeypatch.setitem(globals(), "missing_suite", stop)
    assert main(["--var", str(var)]) == 130
    assert not (var / "evals" / "report.json").exists()
    assert not (var / "evals" / "report.html").exists()
    monkeypatch.setitem(globals(), "missing_suite", good_suite)
    assert main(["--var", str(var)]) == 0
    assert CALLS == ["good", "good"]  # the first suite once, the second (now good) once


def test_the_page_stands_alone_and_says_everything_in_words_too(var: Path) -> None:
    main(["--var", str(var)])
    page = (var / "evals" / "report.html").read_text()
    assert not re.search(r'(?:src|href)\s*=\s*"?(?:https?:)?//', page)
    assert "Good &lt;things&gt;" in page
    assert "gained &lt;b&gt;" in page
    assert page.count("<svg") == page.count('role="img"') == page.count("<desc>") == 3
    assert "0.800 to 0.950" in page
    assert "-0.250" in page
    Balanced().check(page)


class Balanced(HTMLParser):
    """Checks that every element is closed."""

    def check(self, page: str) -> None:
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "link", "input", "hr", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_figure_below_its_bar_makes_the_command_fail(var: Path, tmp_path: Path) -> None:
    bars = tmp_path / "bars.toml"
    bars.write_text("[good]\nshare = 0.85\nreply = 20\n")
    assert main(["--var", str(var), "--bars", str(bars)]) == 0
    bars.write_text("[good]\nshare = 0.95\n")
    assert main(["--var", str(var), "--bars", str(bars)]) == 1
    bars.write_text("[good]\nreply = 10\n")
    assert main(["--var", str(var), "--bars", str(bars)]) == 1
    assert "Below the bar" in (var / "evals" / "report.html").read_text()


def test_a_bar_for_a_figure_that_was_not_measured_has_not_passed() -> None:
    done = {"status": "done", "report": {"figures": []}}
    assert [bar["passed"] for bar in check_bars({"good": {"share": 0.5}}, {"good": done})] == [False]
    assert check_bars({"good": {"share": 0.5}}, {"good": {"status": "left out"}}) == []
    assert check_bars({"good": {"share": 0.5}}, {}) == []


@pytest.mark.parametrize("text", ["[other]\nshare = 1\n", '[good]\nshare = "high"\n', "[good\n", "good = 1\n"])
def test_a_faulty_bars_file_is_refused(var: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "bars.toml").write_text(text)
    with pytest.raises(DatasetInvalid, match=r"bars\.toml"):
        read_bars(tmp_path / "bars.toml")


def test_a_suite_that_is_not_known_is_refused(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--var", str(var), "--only", "nonsense"]) == 1
    assert "expected one of good" in capsys.readouterr().err


def test_without_a_library_the_command_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--var", str(tmp_path)]) == 1
    assert "python -m index build" in capsys.readouterr().err


def test_a_report_comes_back_from_json_as_it_was() -> None:
    report = good_suite(SuiteContext(Path(), Path()))
    assert suite_from_json(json.loads(json.dumps(report.to_json()))) == report


def test_the_committed_bars_name_suites_that_exist() -> None:
    assert read_bars(Path(suites.__file__).parent / "bars.toml")
