"""python -m evals.bench_floor: the least a search service must do: a model pass, a vector search, JSON."""

from __future__ import annotations

import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from evals.latency import TOP_K, open_vector_search
from index.retriever import Retriever


class Message(BaseModel):
    """What is asked."""

    message: str


def make_app(var: Path) -> FastAPI:
    """Return the service over the installed index."""
    retriever = Retriever.open(var)
    vector_search = open_vector_search(retriever)
    app = FastAPI()

    @app.get("/health/ready")
    def ready() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/floor")
    def floor(body: Message) -> dict[str, list[float]]:
        rows, scores = vector_search(retriever.embed([body.message])[0], TOP_K)
        return {"rows": rows.tolist(), "scores": scores.tolist()}

    return app


if __name__ == "__main__":
    uvicorn.run(
        make_app(Path(os.environ.get("PLUMBLINE_VAR", "var"))),
        host=os.environ.get("PLUMBLINE_HOST", "127.0.0.1"),
        port=int(os.environ.get("PLUMBLINE_PORT", "8001")),
        log_level="error",
    )
