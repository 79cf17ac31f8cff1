"""Distributions with a pytest plugin that is known to define no fixture `event_loop`.

Known from their documentation: mostly tools for coverage, order, processes, snapshots, HTTP and databases. What is not
here may define one: a company's own plugin above all.
"""

from __future__ import annotations

_PREFIXED = """
    aiohttp alembic antilru archon arraydiff astropy asyncio azurepipelines bdd beartype benchmark black
    cache cases celery check clarity codeblocks codspeed console-scripts cookies cov current-test custom-exit-code
    datadir dependency depends django docker doctestplus dotenv durations emoji env error-for-skips examples factoryboy
    faulthandler filter-subpackage flake8 flakefinder flakes flask forked freezegun freezer
    github-actions-annotate-failures gitignore golden html httpbin httpserver httpx icdiff insta instafail
    integration isort json-report kind lazy-fixture lazy-fixtures localserver loguru markdown-docs memray metadata mock
    monitor mongodb mpl mypy mypy-plugins mysql notebook order ordering parallel parametrized picked pikachu playwright
    playwright-asyncio postgresql pretty profiling pycodestyle pydocstyle pylint pyodide pyright pythonpath randomly
    random-order recording redis regressions remotedata repeat reportlog rerunfailures responses resource-path retry
    ruff run-parallel runner selenium server-fixtures shard skip-slow snapshot socket spec split stepfunctions steps
    structlog subprocess subtests sugar testinfra testmon textual-snapshot timeout timeouts trio twisted
    unmagic unordered vcr venv watch watcher xdist xprocess
"""
_OTHERS = """
    allure-pytest anyio aresponses aioresponses coverage faker flake8-pytest-style freezegun hypothesis inline-snapshot
    moto nbval pook pytest pytest-asyncio requests-mock respx responses schemathesis syrupy time-machine typeguard
    vcrpy
"""

WITHOUT_EVENT_LOOP = frozenset({*(f"pytest-{name}" for name in _PREFIXED.split()), *_OTHERS.split()})
"""Canonical names."""
