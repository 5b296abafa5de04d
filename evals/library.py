"""The installed library as an evaluation corpus: sections, named so that splitting them again does not rename them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from evals.datasets import CorpusDocument, Dataset, read_qrels, read_topics
from evals.errors import DatasetInvalid, NothingInstalled
from index.errors import IndexingError
from index.passages import Passage
from index.retriever import Retriever

if TYPE_CHECKING:
    from server.bootstrap import Services

IN_DOMAIN = Path(__file__).parent / "data" / "in-domain"
OPENING = "opening"  # slug of what stands before the first heading


def section_id(passage: Passage) -> str:
    """Return `document-id#heading-slug` of the section a passage is from; the part before any heading is `#opening`.

    Two equal headings of one document are one section.
    """
    headings = [heading for heading in passage.heading_path if heading != passage.source.title]
    return f"{passage.document_id}#{heading_slug(headings[-1]) if headings else OPENING}"


def heading_slug(heading: str) -> str:
    """Return a heading as lower-case ASCII words joined by hyphens.

    >>> heading_slug("What’s a “slipped disc” (disc herniation)?")
    'whats-a-slipped-disc-disc-herniation'
    """
    plain = unicodedata.normalize("NFKD", heading.lower().replace("’", "").replace("'", ""))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-") or OPENING


def open_library(var: Path) -> Retriever:
    """Return the installed index.

    Raises:
        NothingInstalled: if there is none that can be opened.
    """
    try:
        return Retriever.open(var)
    except IndexingError as exc:
        raise NothingInstalled(f"{var}: expected an installed library, found {exc}") from exc


def open_services(var: Path) -> Services:
    """Return the parts of the server over an installed library.

    Raises:
        NothingInstalled: if there is none.
    """
    from server.bootstrap import build_services
    from server.settings import Settings

    try:
        return build_services(Settings(var=var))
    except IndexingError as exc:
        raise NothingInstalled(f"{var}: expected an installed library, found {exc}") from exc


def library_sections(retriever: Retriever) -> list[CorpusDocument]:
    """Return every section of the library as a document, in the order of the library."""
    texts: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for passage in retriever.passages:
        one = section_id(passage)
        texts.setdefault(one, []).append(passage.text)
        titles[one] = ". ".join((passage.source.title, *passage.heading_path))
    return [CorpusDocument(one, titles[one], "\n".join(parts)) for one, parts in texts.items()]


def read_library_dataset(retriever: Retriever, folder: Path, split: str) -> tuple[Dataset, list[str]]:
    """Return questions judged against the installed library, and the judged sections it no longer has.

    A judged section that is gone stays in the judgements: the question can then not be answered as well as before,
    and the figure says so.

    Raises:
        DatasetInvalid: if a file is missing or a line is not what it should be.
    """
    documents = library_sections(retriever)
    topics = read_topics(folder)
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        raise DatasetInvalid(f"{path}: expected judgements, found no such file")
    qrels = read_qrels(path, known_topics={topic.query_id for topic in topics})
    useful = {query_id: grades for query_id, grades in qrels.items() if max(grades.values()) > 0}
    known = {document.document_id for document in documents}
    gone = sorted({one for grades in useful.values() for one in grades} - known)
    dataset = Dataset(
        name=folder.name,
        split=split,
        documents=tuple(documents),
        topics=tuple(topic for topic in topics if topic.query_id in useful),
        qrels=useful,
        left_out=len(qrels) - len(useful),
    )
    if not useful:
        raise DatasetInvalid(f"{path}: expected at least one grade above 0, found none")
    return dataset, gone
