"""python -m evals.bench_floor: the least a reply over HTTP must do: its model passes, a vector search, JSON."""

from __future__ import annotations

import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from evals.latency import Floor


class Needed(BaseModel):
    """The texts a reply passes through the model, call by call."""

    passes: list[list[str]]


def make_app(var: Path) -> FastAPI:
    """Return the service over the installed index."""
    floor = Floor.open(var)
    app = FastAPI()

    @app.get("/health/ready")
    def ready() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/floor")
    def run(body: Needed) -> dict[str, list[float]]:
        found = floor.run(tuple(map(tuple, body.passes)))
        return {} if found is None else {"rows": found[0].tolist(), "scores": found[1].tolist()}

    return app


if __name__ == "__main__":
    uvicorn.run(
        make_app(Path(os.environ.get("PLUMBLINE_VAR", "var"))),
        host=os.environ.get("PLUMBLINE_HOST", "127.0.0.1"),
        port=int(os.environ.get("PLUMBLINE_PORT", "8001")),
        log_level="error",
    )
