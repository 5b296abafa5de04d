"""Check our own articles: reading level, front matter, help section, doses, links.

Run as ``python -m evals.readability corpus/library/*.md`` (``--write`` fills in ``reading_level``).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from evals.commands import run_command
from evals.errors import DatasetInvalid

HELP_HEADING = "Get help now if"
MAX_GRADE = 10.0
WORD_RANGE = (250, 700)
REQUIRED = (
    "id",
    "title",
    "topics",
    "audience",
    "kind",
    "written",
    "next_review",
    "reviewed_by",
    "reading_level",
    "references",
)

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_DOSE = re.compile(
    r"\b\d[\d,.]*\s*(?:mg|mcg|µg|micrograms?|milligrams?|g|grams?|ml|millilitres?)\b"
    r"|\b(?:\d+|one|two|three|four)\s+(?:tablets?|pills?|capsules?)\b",
    re.IGNORECASE,
)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Return the YAML front matter and the Markdown body of an article.

    Raises:
        ValueError: if the article does not start with a ``---`` block holding a mapping.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise ValueError("expected a front matter block between two '---' lines at the top of the file")
    fields = yaml.safe_load(match.group(1))
    if not isinstance(fields, dict):
        raise ValueError("expected 'name: value' lines in the front matter")
    return fields, text[match.end() :]


def plain_prose(body: str) -> str:
    """Return the words of a Markdown body with one sentence end per line, fit for a readability formula."""
    lines = []
    for line in body.splitlines():
        line = _LINK.sub(r"\1", line).strip()
        line = re.sub(r"^(?:#+|[-*]|\d+[.)])\s+", "", line).replace("**", "").replace("*", "")
        if line:
            lines.append(line if line[-1] in ".?!:" else line + ".")
    return "\n".join(line[:-1] + "." if line.endswith(":") else line for line in lines)


def reading_grade(body: str) -> float:
    """Return the Flesch-Kincaid grade level of a Markdown body (US school years; 6 is about age 11).

    Formula: 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid et al. 1975, doi:10.21236/ADA006655).

    Raises:
        ValueError: if the body has no words.
    """
    prose = plain_prose(body)
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prose)
    sentences = [part for part in re.split(r"[.?!]+(?=\s|$)", prose) if re.search(r"\w", part)]
    if not words:
        raise ValueError("expected an article with words, found none")
    syllables = sum(count_syllables(word) for word in words)
    return round(0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59, 1)


def count_syllables(word: str) -> int:
    """Return an estimate of the syllables in an English word, at least 1.

    Counts groups of vowels; a final silent e, -es and -ed count no syllable, a final consonant + le does. Libraries
    that count better fetch a pronouncing dictionary from the network at run time. Over the words of our articles the
    total is within 1 % of the CMU pronouncing dictionary's.

    >>> [count_syllables(word) for word in ("pain", "sciatica", "muscle", "walked", "stretches", "create")]
    [1, 4, 2, 1, 2, 2]
    """
    if "-" in word:
        return sum(count_syllables(part) for part in word.split("-") if part)
    letters = re.sub(r"['’]s?$", "", word.casefold())
    count = len(re.findall(r"[aeiouy]+", letters))
    count += len(re.findall(r"(?:ia(?!l$|n$)|io(?!us|n)|eo(?!u)|ua|iu|[^aeiou]ea(?=te)|ying)", letters))
    has_silent_end = re.search(
        r"[^aeiouyl]e$|[aeiouy]le$|[^aeioutdy]ed$|(?<![cs]h)(?<![^aeiouy]l)(?<=[^aeiouycgsxz])es$", letters
    )
    return max(count - bool(has_silent_end), 1)


def find_problems(path: Path, known_ids: frozenset[str]) -> list[str]:
    """Return what is wrong with one article, each as ``field or line: expected, found``; empty when all is well."""
    text = path.read_text(encoding="utf-8")
    try:
        fields, body = split_front_matter(text)
    except (ValueError, yaml.YAMLError) as exc:
        return [str(exc)]
    return [*_field_problems(path, fields), *_body_problems(body, known_ids)]


def _field_problems(path: Path, fields: dict[str, object]) -> Iterator[str]:
    for name in REQUIRED:
        if name not in fields:
            yield f"{name}: missing from the front matter"
    if fields.get("id") != path.stem:
        yield f"id: expected {path.stem!r} (the file name), found {fields.get('id')!r}"
    references = fields.get("references")
    if not isinstance(references, list) or not references:
        yield "references: expected a list with at least one entry"
        return
    for number, reference in enumerate(references, 1):
        if not isinstance(reference, dict):
            yield f"references[{number}]: expected a mapping, found {reference!r}"
        elif "general knowledge" not in reference:
            missing = [name for name in ("publisher", "title", "year", "url") if not reference.get(name)]
            if missing:
                yield f"references[{number}]: needs {', '.join(missing)} or the mark 'general knowledge'"


def _body_problems(body: str, known_ids: frozenset[str]) -> Iterator[str]:
    headings = re.findall(r"^## (.+)$", body, re.MULTILINE)
    if not headings or headings[-1].strip() != HELP_HEADING:
        yield f"body: expected the last section to be '## {HELP_HEADING}'"
    words = len(plain_prose(body).split())
    if not WORD_RANGE[0] <= words <= WORD_RANGE[1]:
        yield f"body: expected {WORD_RANGE[0]} to {WORD_RANGE[1]} words, found {words}"
    grade = reading_grade(body)
    if grade > MAX_GRADE:
        yield f"body: reading grade {grade} is above {MAX_GRADE}"
    for number, line in enumerate(body.splitlines(), 1):
        for match in _DOSE.finditer(line):
            yield f"body line {number}: looks like a dose: {match.group(0)!r}"
        for match in _LINK.finditer(line):
            target = match.group(2)
            if "://" not in target and target.removesuffix(".md").split("#")[0] not in known_ids:
                yield f"body line {number}: link to {target!r}, which is not in the library"


def write_grade(path: Path, grade: float) -> None:
    """Set ``reading_level`` in an article's front matter to `grade`."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^reading_level:.*$", f"reading_level: {grade}", text, count=1), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Print grade, word count and problems per article; return 1 if there is any problem."""
    parser = argparse.ArgumentParser(prog="python -m evals.readability", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="fill in reading_level in the front matter")
    parser.add_argument("--ids", type=Path, help="file with further article ids that links may name")
    args = parser.parse_args(argv)
    return run_command(lambda: _report(args))


def _report(args: argparse.Namespace) -> int:
    known = _known_ids(args.paths, args.ids)
    bad = 0
    for path in args.paths:
        grade, words = _measured(path)
        if args.write:
            write_grade(path, grade)
        problems = find_problems(path, known)
        bad += bool(problems)
        print(f"{grade:5.1f} {words:4d} words  {path.name}")
        for problem in problems:
            print(f"        {problem}")
    return 1 if bad else 0


def _measured(path: Path) -> tuple[float, int]:
    """Return the grade and the words of an article.

    Raises:
        DatasetInvalid: if it cannot be read, has no front matter or no words.
    """
    try:
        _, body = split_front_matter(path.read_text(encoding="utf-8"))
        return reading_grade(body), len(plain_prose(body).split())
    except (OSError, ValueError, yaml.YAMLError) as exc:
        raise DatasetInvalid(f"{path}: expected an article, found {' '.join(str(exc).split())}") from exc


def _known_ids(paths: Iterable[Path], ids_file: Path | None) -> frozenset[str]:
    ids = {path.stem for path in paths} | {
        path.stem for folder in {p.parent for p in paths} for path in folder.glob("*.md")
    }
    if ids_file is not None:
        ids |= {word for line in ids_file.read_text().splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(ids)


if __name__ == "__main__":
    sys.exit(main())
