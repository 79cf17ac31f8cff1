"""What one worker does with one file, or with the configuration files of one root: check, fix, write."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from looplint.engine.check import (
    Place,
    check_bytes,
    check_configuration,
    check_source,
    internal_error,
    marked,
    shown,
    unreadable,
)
from looplint.engine.jobs import FileResult, Found, Job, JobOptions, RootJob
from looplint.model.source import MAX_BYTES, SourceError, read_bytes

if TYPE_CHECKING:
    from looplint.model.finding import Finding
    from looplint.model.source import Source
    from looplint.project.configured.config_file import ConfigFile


def perform(job: Job, options: JobOptions) -> list[FileResult]:
    """Do the job. Never raises an Exception: whatever goes wrong is a finding."""
    path = job.path if isinstance(job, Place) else job.root
    try:
        if options.keep:
            return _perform_and_pack(job, options)
        if isinstance(job, RootJob):
            return _check_root(job, options)
        return [_check_file(job, options)]
    except Exception as error:  # noqa: BLE001 - the last net: a defect here costs one file
        return [FileResult(path=path, findings=[internal_error(path, "checking this file", error)])]


def _perform_and_pack(job: Job, options: JobOptions) -> list[FileResult]:
    """The results, and with the last of them what a cache may keep: not what failed, nor what was fixed."""
    from looplint.engine.packing import packed
    from looplint.project.asked import recording

    found = Found()
    with recording() as questions:
        results = _check_root(job, options, found) if isinstance(job, RootJob) else [_check_file(job, options, found)]
    if found.fingerprint is not None and not any(result.failed or result.applied for result in results):
        place = job.place if isinstance(job, RootJob) else job
        results.append(FileResult(path=place.path, unit=packed(job, found, questions)))
    return results


def _check_file(place: Place, options: JobOptions, found: Found | None = None) -> FileResult:
    assert place.absolute is not None
    try:
        raw = read_bytes(place.absolute) if found is None else _read_and_fingerprint(place.absolute, found)
    except SourceError as error:
        return FileResult(path=place.path, findings=shown(marked([unreadable(place.path, error)], None), place))
    return check_and_fix(raw, place, options, found)[0]


def _read_and_fingerprint(path: str, found: Found) -> bytes:
    from looplint.project import files

    try:
        raw, taken = files.read_unasked(path)
    except (OSError, ValueError):
        return read_bytes(path)
    if len(raw) > MAX_BYTES:
        return read_bytes(path)
    found.fingerprint = taken
    return raw


def check_and_fix(
    raw: bytes, place: Place, options: JobOptions, found: Found | None = None
) -> tuple[FileResult, Source | None]:
    """The result for a file of these bytes, and its source after fixing where that was needed.

    What is found before anything is suppressed or fixed is added to `found`.
    """
    all_found, source = check_bytes(raw, place)
    if found is not None:
        found.files.append((place.path, place.absolute, all_found))
    findings = shown(all_found, place, noqa=options.noqa)
    result = FileResult(path=place.path, findings=findings)
    if not options.fix or source is None:
        return result, source
    from looplint.engine.fix import applicable, fix_source

    if not any(applicable(finding, unsafe=options.unsafe) for finding in findings):
        return result, source
    fixed = fix_source(
        source, findings, lambda after: check_source(after, place, noqa=options.noqa), unsafe=options.unsafe
    )
    result.findings, result.applied, result.problems = fixed.findings, fixed.applied, fixed.problems
    if not _keep(result, place.absolute, source, fixed.source, options):
        result.findings, result.applied = findings, Counter()
    return result, fixed.source


def _keep(result: FileResult, absolute: str | None, before: Source, after: Source, options: JobOptions) -> bool:
    """Write or show what was fixed; False where it could not be written."""
    if after.raw == before.raw:
        return True
    from looplint.engine.fix import unified_diff
    from looplint.engine.write import WriteError, write_over

    if not options.write or absolute is None:
        result.diff = unified_diff(result.path, before, after)
        return True
    try:
        write_over(absolute, before.raw, after.raw)
    except WriteError as error:
        result.problems.append(f"{result.path}: {error}")
        return False
    result.written = True
    return True


def _check_root(job: RootJob, options: JobOptions, found: Found | None = None) -> list[FileResult]:
    from pathlib import Path

    from looplint.engine import globs
    from looplint.project import Project

    project = Project.for_path(Path(job.root))
    configuration = job.place.configuration
    results = []
    for file in project.versions.files:
        absolute = str(file.path)
        if job.only is not None and absolute not in job.only:
            continue
        if job.only is None and globs.matches(configuration.exclude, configuration.relative(absolute)):
            continue
        place = Place(path=file.shown, absolute=absolute, configuration=configuration)
        all_found = check_configuration(file, project, place)
        if found is not None:
            found.files.append((place.path, absolute, all_found))
        findings = shown(all_found, place, noqa=options.noqa)
        results.append(_fix_configuration_file(file, findings, place, options))
    if found is not None:
        found.fingerprint = ""
    return results


def _fix_configuration_file(file: ConfigFile, findings: list[Finding], place: Place, options: JobOptions) -> FileResult:
    """One round of fixes: the next run of the engine sees the file as it was written."""
    result = FileResult(path=place.path, findings=findings)
    if not options.fix:
        return result
    from looplint.engine.fix import applicable, apply_once

    wanted = [finding for finding in findings if applicable(finding, unsafe=options.unsafe)]
    if not wanted:
        return result
    source = file.source
    deleting = next((finding for finding in wanted if finding.fix is not None and finding.fix.deletes_file), None)
    if deleting is not None:
        if _delete(result, place.absolute, source, options):
            result.applied = Counter([(deleting.code, deleting.name)])
            result.findings = []
        return result
    after, chosen = apply_once(source, wanted, lambda text: _still_reads(file, text))
    if not chosen:
        result.problems += [f"{place.path}: the fix of {wanted[0].code} would break the file; it was not applied"]
        return result
    if _keep(result, place.absolute, source, after, options):
        result.applied = Counter((finding.code, finding.name) for finding in chosen)
        result.findings = [finding for finding in findings if finding not in chosen]
    return result


def _delete(result: FileResult, absolute: str | None, before: Source, options: JobOptions) -> bool:
    """Delete the file, or show that it would be; False where it could not be deleted."""
    from looplint.engine.fix import unified_diff
    from looplint.engine.write import WriteError, delete
    from looplint.model.source import Source

    if not options.write or absolute is None:
        gone = Source.from_bytes(b"", before.path)
        result.diff = unified_diff(result.path, before, gone) or f"--- {result.path}\n+++ /dev/null\n"
        return True
    try:
        delete(absolute, before.raw)
    except WriteError as error:
        result.problems.append(f"{result.path}: {error}")
        return False
    result.written = True
    return True


def _still_reads(file: ConfigFile, text: str) -> bool:
    """Would the configuration file still be one with this text?"""
    from looplint.project.configured.config_file import parse_python, read_toml_text
    from looplint.project.configured.ini_spans import ini_spans
    from looplint.project.configured.yaml_text import yaml_text

    if os.path.splitext(file.path.name)[1] in (".toml", ".lock") or file.path.name == "Pipfile":
        return read_toml_text(text)[1] is None
    if file.path.suffix in (".ini", ".cfg"):
        return ini_spans(text).error is None
    if file.path.suffix in (".yml", ".yaml"):
        return yaml_text(text).error is None
    return file.path.suffix != ".py" or parse_python(text)[1] is None
