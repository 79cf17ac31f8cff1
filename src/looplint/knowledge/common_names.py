"""Names of functions that tell nothing about the object they are called on: too many types have them.

The public attributes of 80 classes of the standard library (`dir`, Python 3.11) and of the asyncio module, the names
that the client catalogue found both as coroutines and as plain methods, or as plain ones everywhere, and the verbs that
every second project has for something of its own.
"""

from __future__ import annotations

from functools import cache

_NAMES = """
    abort absolute accept acct ack aclose acquire acquire_lock acquire_nowait add add_all add_alternative add_argument
    add_argument_group add_attachment add_done_callback add_handler add_header add_middleware
    add_mutually_exclusive_group add_note add_reader add_related add_section add_signal_handler add_subparsers
    add_task add_writer addfile adjusted aggregate all all_tasks anchor app append appendleft apply apply_async args
    arraysize as_bytes as_chat_engine as_completed as_integer_ratio as_posix as_query_engine as_retriever as_string
    as_tuple as_uri astimezone astream at_eof attach attach_mock attrib auth auth_cram_md5 auth_login auth_plain
    authenticate authkey authorize auto_open await_args await_args_list await_count backup base_events base_futures
    base_subprocess base_tasks begin betavariate bind bind_tools bit_count bit_length blobopen block_size body
    braceidpattern broken buffer buffer_info build build_request bulk_create bytes bytes_le byteswap bz2open
    c_contiguous call call_args call_args_list call_at call_count call_exception_handler call_later call_soon
    call_soon_threadsafe callback called can_paginate can_write_eof cancel cancelled cancelling canonical capability
    capitalize casefold cast center cert_store_stats chat check check_hostname chmod choice choices chown cleanup
    clear clear_content client clock_seq clock_seq_hi_variant clock_seq_low clone close closed combine comment commit
    communicate compare compare_signal compare_total compare_total_mag compile complete completion completions
    configure_mock conjugate connect connect_accepted_socket connect_ex connect_read_pipe connect_write_pipe
    connection connection_lost connection_made constants consume content contiguous convert convert_arg_line_to_args
    converters copy copy_abs copy_negate copy_sign coroutines count create create_aggregate create_collation
    create_connection create_datagram_endpoint create_function create_function_async create_future create_index_async
    create_materialized_view_async create_mgmt_client_async create_receive_client_async create_send_client_async
    create_server create_subprocess_exec create_subprocess_shell create_task create_unix_connection create_unix_server
    create_window_function critical ctime current_task cursor cwd daemon data data_received datagram_received date day
    days debug debugging debuglevel decode decorator decrypt default default_exception_handler default_port defaults
    del_param delete delete_cookie deleteacl deleter delimiter denominator dependency dequeue dereference description
    deserialize destroy detach difference difference_update digest digest_size dir discard disconnect dispatch dispose
    distributed_trace_async docmd does_esmtp done download drain drive drop_function_async
    drop_materialized_view_async drop_table_async drop_view_async dst dump dumps dup ehlo ehlo_msg
    ehlo_or_helo_if_needed ehlo_resp elements embed embed_documents embed_query embedding emit empty enable encode
    encoding encrypt end endheaders endpos endswith enqueue ensure_future enter enter_async_context enter_context
    eof_received error error_received errorlevel errors evaluate events exception exceptions execute
    execute_concurrent_async executemany executescript exists exit exitcode exp expand expandtabs expanduser expn
    expovariate expunge expunge_all extend extendleft extract extractall extractfile extraction_filter f_contiguous
    factory fail fake family fatal fdel feed_data feed_eof fetch fetch_all fetch_many fetch_one fetchall fetchmany
    fetchone fget fields file fileno fileobject filter find find_all find_one findall finditer findtext fire first
    flags flush fma fold format format_help format_helpers format_map format_usage forward fp from_bytes
    from_documents from_env from_float from_texts frombytes fromfile fromhex fromisocalendar fromisoformat fromkeys
    fromlist fromordinal fromtimestamp fromunicode fset full fullmatch func function futures gammavariate gather gauss
    generate generic_visit get get_all get_body get_boundary get_by_ids get_ca_certs get_charset get_charsets
    get_child_watcher get_ciphers get_content get_content_charset get_content_disposition get_content_maintype
    get_content_subtype get_content_type get_coro get_debug get_default get_default_database get_default_type
    get_event_loop get_event_loop_policy get_exception_handler get_extra_info get_filename get_identifiers
    get_inheritable get_key get_loop get_map get_name get_nowait get_one get_or_create get_param get_params
    get_payload get_protocol get_running_loop get_stack get_task_factory get_unixfrom get_waiter
    get_write_buffer_limits get_write_buffer_size getacl getaddrinfo getannotation getblocking getboolean getbuffer
    getcode getfloat getheader getheaders getinfo getint getlimit getline getmember getmembers getmultiline
    getnameinfo getnames getpeername getquota getquotaroot getrandbits getreply getresp getresponse getroot
    getsockname getsockopt getstate gettarinfo getter gettimeout geturl getvalue getwelcome glob group groupdict
    groupindex groups gzopen handle handler hardlink_to has_extn has_option has_section hash head health healthcheck
    helo helo_resp help hex hexdigest hgetall home host hostname_checks_common_name hour id ident idpattern
    ignore_zeros imag imap imap_unordered in_transaction include_router index info infolist ingest init initialize
    inner insert int interrupt intersection intersection_update invoke is_absolute is_alive is_async is_attachment
    is_block_device is_canonical is_char_device is_closed is_closing is_dir is_fifo is_file is_finite is_infinite
    is_integer is_mount is_multipart is_nan is_normal is_qnan is_reading is_relative_to is_reserved is_running is_safe
    is_serving is_set is_signed is_snan is_socket is_subnormal is_symlink is_valid is_zero isalnum isalpha isascii
    isatty isclosed iscoroutine iscoroutinefunction isdecimal isdigit isdisjoint isfuture isidentifier islower
    isnumeric isocalendar isoformat isolation_level isoweekday isprintable isspace issubset issuperset istitle isupper
    item_separator items itemsize iter iter_attachments iter_content iter_parts iterate iterdir iterdump iterencode
    iterfind itertext itervaluerefs join joinpath json key_separator keylog_filename keys kill lastgroup lastindex
    lastrowid lchmod lifespan line_buffering link_to list listen ljust ln load load_cert_chain load_default_certs
    load_dh_params load_verify_locations loads lock locked locked_lock locks log log10 logb logical_and logical_invert
    logical_or logical_xor login login_cram_md5 lognormvariate logout lower lstat lstrip lsub mail main
    make_alternative make_mixed make_related makedev makedir makeelement makefifo makefile makelink makepasv makeport
    maketrans makeunknown manager map map_async mappings match max max_mag maximum_version maxlen maxline maxsize
    merge merge_async microsecond microseconds middleware migrate min min_mag minimum_version minute mixins mkd mkdir
    mlsd mock mock_add_spec mock_calls modify month most_common move_to_end myrights n_waiting nack name namelist
    namespace native_id nbytes ndim new_event_loop newlines next next_minus next_plus next_toward nlst node noop
    normalize normalvariate notify notify_all now ntransfercmd num_tickets number_class numerator obj one open
    open_connection open_unix_connection options optionxform outer_async owner parent parents paretovariate parse
    parse_args parse_intermixed_args parse_known_args parse_known_intermixed_args partial parties partition parts
    passiveserver patch pattern pause pause_reading pause_writing peek perform pid ping pipe_connection_lost
    pipe_data_received pipeline poll pop pop_all popitem popleft populate port pos post post_handshake_auth predict
    print_help print_log print_stack print_usage printdir process process_exited produce proto protocol protocols
    provide proxyauth publish pull push push_async_callback push_async_exit put put_nowait putcmd putheader putline
    putrequest pwd qsize quantize query queues quit radix raise_for_status randbytes randint random randrange rank
    raw_decode raw_items rcpt re read read1 read_bytes read_dict read_file read_string read_text readable readexactly
    readfp readinto readinto1 readline readlines readlink readonly readuntil real receive receive_bytes receive_json
    receive_nowait receive_text recent reconfigure reconnect recv recv_into recvfrom recvfrom_into recvmsg
    recvmsg_into reduce refresh refresh_column_async register register_script regs relative_to release release_lock
    remainder_near remove remove_done_callback remove_option remove_reader remove_section remove_signal_handler
    remove_writer removeprefix removesuffix rename render replace replace_header request rerank reset reset_mock
    resolution resolve response response_class restart result resume resume_reading resume_writing retrbinary retrieve
    retrlines retry return_value reverse rfind rglob rindex rjust rmd rmdir rollback root rotate row_factory rowcount
    rpartition rset rsplit rstrip run run_coroutine_threadsafe run_forever run_in_executor run_sync run_until_complete
    runners running safe_substitute same_quantum samefile sample sanitize save save_as scalar scalar_one
    scalar_one_or_none scalars scaleb scanner schedule score scroll search second seconds sections security_level seed
    seek seekable select selector_events send send_bytes send_json send_message send_nowait send_signal send_text
    sendall sendcmd sendeprt sendfile sendmail sendmsg sendmsg_afalg sendport sendto sentinel serialize serve_forever
    session session_stats set set_alpn_protocols set_authorizer set_boundary set_charset set_child_watcher set_ciphers
    set_content set_cookie set_debug set_debuglevel set_default_executor set_default_type set_default_verify_paths
    set_defaults set_ecdh_curve set_event_loop set_event_loop_policy set_exception set_exception_handler
    set_handler_message_received_async set_inheritable set_name set_npn_protocols set_param set_pasv set_payload
    set_progress_handler set_protocol set_raw set_response_callback set_result set_running_or_notify_cancel
    set_servername_callback set_task_factory set_trace_callback set_transport set_tunnel set_type set_unixfrom
    set_write_buffer_limits setacl setannotation setblocking setdefault setinputsizes setlimit setoutputsize
    setpassword setquota setsockopt setstate setter settimeout setup shape shield shift shuffle shutdown
    shutdown_asyncgens shutdown_default_executor side_effect similarity_search single_or_default_async size sleep
    sleep_async sni_callback sock sock_accept sock_connect sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into
    sock_sendall sock_sendfile sock_sendto socket sockets sort span split splitlines sqrt sslobject_class sslproto
    sslsocket_class staggered starmap starmap_async start start_server start_serving start_tls start_unix_server
    startswith starttls stat statement_execute_async status stem step stop storbinary store storlines stream streams
    strftime strides string strip strptime stub sub submit subn suboffsets subprocess subprocess_exec subprocess_shell
    subscribe subscription substitute subtract suffix suffixes swapcase symlink_to symmetric_difference
    symmetric_difference_update sync sync_to_async sys tag tail tarinfo taropen task_done taskgroups tasks teardown
    tell terminate testzip text text_factory tfcall_async thread threads tick time time_hi_version time_low time_mid
    timeout timeout_at timeouts timestamp timetuple timetz title to_async to_bytes to_eng_string to_integral
    to_integral_exact to_integral_value to_list to_thread tobytes today tofile token tolist toordinal toreadonly total
    total_changes total_seconds touch tounicode train transaction transfercmd transform translate transport transports
    triangular trigger trsock truncate trust_server_pasv_ipv4_address type typecode tzinfo tzname uid uncancel uniform
    union unique universal_newlines unix_events unlink unlock unregister unselect unsubscribe update upload upper
    upsert url_for urn user utcfromtimestamp utcnow utcoffset utctimetuple utime validate value valuerefs values
    variant verify verify_flags verify_mode version visit voidcmd voidresp vonmisesvariate vrfy wait wait_closed
    wait_for walk warmup warn warning websocket_connect weekday weibullvariate welcome with_config with_fallbacks
    with_name with_options with_retry with_stem with_structured_output with_suffix with_traceback wrap_bio wrap_future
    wrap_socket wrapped wrapper writable write write_bytes write_c14n write_eof write_text write_through writelines
    writestr xatom xzopen year yield_per zadd zfill
"""


def is_common_name(name: str) -> bool:
    """Is a name no evidence of what is called?"""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(_NAMES.split())
