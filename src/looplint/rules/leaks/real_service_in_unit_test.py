"""Unit test that asks a real service: a network client or LLM without a mock.

## What it does
Reports clients of well-known services (OpenAI, Anthropic, Groq, Cohere, Pinecone ... and their langchain classes) that a test makes and
asks something, requests of httpx, requests and aiohttp to a host of the outside world, and the team's own clients from the configuration,
in tests that nothing marks as integration tests. Off by default.

## Why it is bad
The test passes where the network, the key and the quota are, and fails elsewhere; it costs money and time with each run, and flakes with
the service. On a machine without the network it waits for its timeouts.

## What really happens
Without the network, on every line: `openai.APIConnectionError`, `httpx.ConnectError`, `aiohttp.ClientConnectorError`; a recording `getaddrinfo`
shows that the host of the service was asked for.

## Fix
None: mock the client, answer with respx, pytest-httpx, vcr or `MockTransport`, or say that it is an integration test:

```toml
[tool.looplint.integration-tests]
marks = ["integration", "needs_*"]      # in the place of the default marks; extend-marks adds to them
extend-paths = ["contracts"]            # names of directories and files
clients = ["app.llm.make_client"]       # your own classes and functions that reach a service
```

## Exceptions
Marks and names of directories, files, classes and tests that speak of integration, e2e, live, network, slow and the like; anything that skips in the file
or a conftest.py, conditions on environment variables, hooks of a conftest.py that select tests; patches, mocks and libraries that answer
(respx, vcr, responses, pytest-httpx, aioresponses, moto) in the test, its fixtures, hooks or conftest.py; fixtures that looplint cannot see;
`base_url` and other addresses, local and reserved hosts; clients that are only made; expected errors.

## References
* <https://docs.pytest.org/en/stable/how-to/mark.html>
* <https://lundberg.github.io/respx/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.running.real_services import configuration, is_suspect, real_service
from looplint.rules.rule import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls of unit tests that reach a real service."""
    facts = module.facts
    if not project.is_test_file(facts.file):
        return
    configured = configuration(project, facts)
    for call in facts.calls:
        if not is_suspect(facts, call, configured):
            continue
        test = facts.function_of(call)
        if test is None or test.outer is not None or test.fixture is not None or facts.in_lambda(call):
            continue
        service = real_service(project, test, call, configured)
        if service is not None:
            yield RULE.finding(
                module,
                call,
                f"`{module.text_of(call.func)}(...)` in test `{test.name}` asks a real service ({service}): nothing mocks it, "
                "and nothing says that it is an integration test",
            )


RULE = Rule(
    code="LPL604",
    name="real-service-in-unit-test",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    default=False,
    words=(b"import",),
    also=(b"def test",),
    tests_only=True,
    check=check,
)
