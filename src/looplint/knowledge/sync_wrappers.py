"""Decorators of libraries that put a plain function around a coroutine function: it returns the coroutine, unawaited.

Measured on Python 3.11 by decorating an `async def`: `inspect.iscoroutinefunction` is false of what comes out, and
calling that gives a coroutine. What the decorator sets up is torn down before anybody can await.

Measured to keep a coroutine function one: freezegun 1.5.5, responses 0.26.3, vcrpy 9.4.2, respx 0.23.1, tenacity 9.2.1,
backoff 2.2.1, time-machine 3.6.0, mongomock 4.3.0, flaky 3.8.1, ddt 1.7.2.
"""

from __future__ import annotations

SYNC_WRAPPERS = {
    "functools.cache": "Python 3.11",
    "functools.lru_cache": "Python 3.11",
    "httpretty.activate": "httpretty 1.1.4",
    "httpretty.httprettified": "httpretty 1.1.4",
    "moto.mock_aws": "moto 5.2.5",
    "pyfakefs.fake_filesystem_unittest.patchfs": "pyfakefs 6.3.2",
    "requests_mock.Mocker": "requests-mock 1.12.1",
    "requests_mock.mock": "requests-mock 1.12.1",
    "retry.retry": "retry 0.9.2",
    "retrying.retry": "retrying 1.4.2",
    "testfixtures.log_capture": "testfixtures 12.4.0",
    "testfixtures.replace": "testfixtures 12.4.0",
    "testfixtures.tempdir": "testfixtures 12.4.0",
    "timeout_decorator.timeout": "timeout-decorator 0.5.0",
}
"""Dotted name -> what it was measured on."""
