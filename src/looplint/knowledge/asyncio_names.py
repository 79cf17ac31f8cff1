"""The names that the asyncio package has.

Names: the union of `dir(asyncio)` and its submodules on Python 3.8 to 3.13, with the Windows names of its documentation
and those that "What's New In Python 3.14" adds. Loop methods: `dir(asyncio.AbstractEventLoop)` on Python 3.13.
"""

from __future__ import annotations

from functools import cache

REMOVED = {"coroutine": "3.11", "async": "3.7", "JoinableQueue": "3.5"}
"""Names that asyncio had, and the Python without them ("What's New" of each)."""

_NAMES = """
    ALL_COMPLETED AbstractChildWatcher AbstractEventLoop AbstractEventLoopPolicy AbstractServer Barrier
    BaseEventLoop BaseProtocol BaseTransport BoundedSemaphore BrokenBarrierError BufferedProtocol CancelledError
    Condition DatagramProtocol DatagramTransport DefaultEventLoopPolicy Event EventLoop FIRST_COMPLETED
    FIRST_EXCEPTION FastChildWatcher FrameCallGraphEntry Future FutureCallGraph Handle IncompleteReadError
    InvalidStateError IocpProactor LifoQueue LimitOverrunError Lock MultiLoopChildWatcher PidfdChildWatcher
    PriorityQueue ProactorEventLoop Protocol Queue QueueEmpty QueueFull QueueShutDown ReadTransport Runner
    SafeChildWatcher SelectorEventLoop Semaphore SendfileNotAvailableError Server StreamReader
    StreamReaderProtocol StreamWriter SubprocessProtocol SubprocessTransport Task TaskGroup ThreadedChildWatcher
    Timeout TimeoutError TimerHandle Transport WindowsProactorEventLoopPolicy WindowsSelectorEventLoopPolicy
    WriteTransport all_tasks as_completed base_events base_futures base_subprocess base_tasks capture_call_graph
    constants coroutines create_eager_task_factory create_subprocess_exec create_subprocess_shell create_task
    current_task eager_task_factory ensure_future events exceptions format_call_graph format_helpers
    future_add_to_awaited_by future_discard_from_awaited_by futures gather get_child_watcher get_event_loop
    get_event_loop_policy get_running_loop graph iscoroutine iscoroutinefunction isfuture locks log mixins
    new_event_loop open_connection open_unix_connection print_call_graph proactor_events protocols queues run
    run_coroutine_threadsafe runners selector_events set_child_watcher set_event_loop set_event_loop_policy
    shield sleep sslproto staggered start_server start_unix_server streams subprocess sys taskgroups tasks
    threads timeout timeout_at timeouts to_thread tools transports trsock unix_events wait wait_for
    windows_events windows_utils wrap_future
"""

_LOOP_METHODS = """
    add_reader add_signal_handler add_writer call_at call_exception_handler call_later call_soon
    call_soon_threadsafe close connect_accepted_socket connect_read_pipe connect_write_pipe create_connection
    create_datagram_endpoint create_future create_server create_task create_unix_connection create_unix_server
    default_exception_handler get_debug get_exception_handler get_task_factory getaddrinfo getnameinfo is_closed
    is_running remove_reader remove_signal_handler remove_writer run_forever run_in_executor run_until_complete
    sendfile set_debug set_default_executor set_exception_handler set_task_factory shutdown_asyncgens
    shutdown_default_executor sock_accept sock_connect sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into
    sock_sendall sock_sendfile sock_sendto start_tls stop subprocess_exec subprocess_shell time
"""


@cache
def asyncio_names() -> frozenset[str]:
    """Every public name and submodule that asyncio has on some supported Python."""
    return frozenset(_NAMES.split())


@cache
def loop_methods() -> frozenset[str]:
    """The methods of an event loop."""
    return frozenset(_LOOP_METHODS.split())
