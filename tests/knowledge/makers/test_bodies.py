"""What the source of a function says."""

from __future__ import annotations

from sample_library import Client, SyncClient

from looplint.knowledge.makers.bodies import delegate, hands_on_a_result
from looplint.knowledge.makers.classify import is_flagged


def test_a_delegate_is_a_method_whose_every_return_calls_a_coroutine_of_its_class() -> None:
    assert delegate(Client.delegated, Client, is_flagged) == "get"
    assert delegate(Client.delegated, SyncClient, is_flagged) is None
    assert delegate(Client.hidden, Client, is_flagged) is None
    assert delegate(Client.plain, Client, is_flagged) is None
    assert delegate(len, Client, is_flagged) is None


def test_a_result_that_only_another_object_can_tell_about() -> None:
    assert hands_on_a_result(Client.hidden)
    assert not hands_on_a_result(Client.chained)
    assert not hands_on_a_result(Client.many)
    assert not hands_on_a_result(Client.raising)
    assert hands_on_a_result(len)
