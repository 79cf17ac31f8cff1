"""What runs inside a library's environment: `python -m looplint.knowledge.makers.inside JOB.json RESULT.json`.

Needs the standard library only.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any


def main(job_file: str, result_file: str) -> None:
    """Read the job, do it, write the result; then leave without waiting for the threads of libraries."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    result: dict[str, Any] = {"version": version(job["distribution"])}
    if job["task"] == "survey":
        from looplint.knowledge.makers.survey import survey

        result |= survey(job)
    else:
        from looplint.knowledge.makers.checks import verify

        result["checks"], result["wrong"] = verify(job, job["clients"], job["functions"])
    Path(result_file).write_text(json.dumps(result), encoding="utf-8")
    os._exit(0)


def version(distribution: str) -> str:
    """The installed release; Python's own for the standard library. "mcp@1" is an older line of mcp."""
    if distribution == "stdlib":
        return platform.python_version()
    return importlib.metadata.version(distribution.partition("@")[0])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
