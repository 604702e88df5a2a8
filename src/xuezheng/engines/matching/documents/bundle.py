"""A published bundle: everything that a result follows from, so that anyone can repeat and check it.

A bundle is a set of named files. `manifest.json` gives the format, the engine and its version, and size and SHA-256 of
every other file; a file that is missing or extra is as wrong as a changed one::

    manifest.json
    problem.json             rules, seats, lists, keys, draw numbers
    result.json              who is where, and the cut-offs
    draw/...                 where numbers were drawn: commitment, contributions, numbers

Here are only bytes; folders and archives are read at the edge.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xuezheng.engines.matching.checking.report import STATEMENTS
from xuezheng.engines.matching.documents.document import decode_json, read_problem, read_result
from xuezheng.engines.matching.model import Problem, Result
from xuezheng.engines.matching.validation.problem import validate
from xuezheng.kernel.canonical import sha256_hex
from xuezheng.kernel.errors import DomainError, InputError, Phrase, StateError, gettext_noop

FORMAT = "xuezheng.bundle/1"
MANIFEST = "manifest.json"
PROBLEM = "problem.json"
RESULT = "result.json"
DRAW = "draw/"
ENGINE = "matching"


class BundleInvalid(InputError):
    """What was handed in is not a bundle."""

    code = "matching.bundle_invalid"
    template = gettext_noop("This is not a bundle that can be verified: %(why)s.")
    remedy = gettext_noop("Ask the publisher for the bundle as `xuezheng assign bundle` wrote it.")


class BundleUnsound(StateError):
    """What was to be published does not verify."""

    code = "matching.bundle_unsound"
    template = gettext_noop(
        "Nothing was written, since something that a bundle must show does not hold. “%(statement)s”: "
        "%(difference)s."
    )
    remedy = gettext_noop(
        "Make the result again from this problem, and use the files of its own draw."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One property of a bundle, and the first difference where it does not hold."""

    name: str
    """What was looked at, such as `hashes`; the properties of a result have the checker's names."""
    difference: Phrase | None = None
    applies: bool = True
    """Whether there was anything to look at: nobody can be placed by hand where the rules do not allow it."""

    def statement(self) -> Phrase:
        """Say what was looked at."""
        return Phrase(SUBJECTS.get(self.name, self.name))

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return self.difference is None


SUBJECTS: Mapping[str, str] = {
    "files": gettext_noop("The bundle holds the files that its manifest lists, and no others."),
    "hashes": gettext_noop("Every file has the hash that the manifest gives."),
    "documents": gettext_noop("Problem and result can be read, and the problem has no faults."),
    "draw": gettext_noop("The files of the draw are there and can be read."),
    "draw: commitment": gettext_noop("The commitment has the hash that was announced."),
    "draw: entries": gettext_noop("Entries, rules and seats are those of the commitment."),
    "draw: contributions": gettext_noop("Every source gave what it had committed to."),
    "draw: seed": gettext_noop("The seed follows from the contributions."),
    "draw: order": gettext_noop("The list of places follows from the seed."),
    "draw: numbers": gettext_noop(
        "Every applicant has the number of the draw, and the application that was drawn for."
    ),
    "draw: seed of the problem": gettext_noop("The problem names the seed of the draw."),
    "draw: direction of the number": gettext_noop("The same number stands first in both."),
    "draw: problem as committed": gettext_noop("The problem is the one of the notice."),
    "engine version": gettext_noop("The result was made by this version of the engine."),
    "result": gettext_noop("The problem can be solved."),
} | {name.value: statement for name, statement in STATEMENTS.items()}
"""What each finding promises, in a sentence."""

DrawCheck = Callable[[Mapping[str, bytes], Problem], Iterable[Finding]]
"""Checks the files of the draw (by their names below `draw/`) against the problem."""
ResultCheck = Callable[[Problem, Result], Iterable[Finding]]
"""Checks every property of the result, and repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What a verifier runs: the engine at hand, and the checks that know more than this module."""

    version: str
    check_result: ResultCheck
    check_draw: DrawCheck


def make_bundle(
    *, problem: bytes, result: bytes, draw: Mapping[str, bytes], engine_version: str
) -> dict[str, bytes]:
    """Put the files of a bundle together, with their manifest.

    Args:
        problem: The document of the problem.
        result: The document of its result.
        draw: Files of the draw, by name; empty where nothing was drawn.
        engine_version: The version that made the result.
    """
    files = {PROBLEM: problem, RESULT: result}
    files |= {DRAW + name: data for name, data in draw.items()}
    entries = {
        name: {"bytes": len(data), "sha256": sha256_hex(data)}
        for name, data in sorted(files.items())
    }
    manifest = {
        "format": FORMAT,
        "engine": ENGINE,
        "engine_version": engine_version,
        "files": entries,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    return {MANIFEST: text.encode("utf-8"), **files}


def bundle_hash(files: Mapping[str, bytes]) -> str:
    """Give the SHA-256 of the manifest, which stands for the whole bundle."""
    return sha256_hex(files[MANIFEST])


def verify_bundle(files: Mapping[str, bytes], engine: Engine) -> Iterator[Finding]:
    """Check a bundle property by property; what cannot be looked at after a difference is left out.

    Raises:
        BundleInvalid: If there is no manifest, or one of another format.
    """
    manifest = _manifest(files)
    for finding in _files_agree(files, manifest["files"]):
        yield finding
        if not finding.holds:
            return
    try:
        problem = read_problem(files[PROBLEM], source=PROBLEM)
        validate(problem, source=PROBLEM)
        result = read_result(files[RESULT], source=RESULT)
    except DomainError as error:
        yield Finding(name="documents", difference=_phrase_of(error))
        return
    yield Finding(name="documents")
    draw = {name.removeprefix(DRAW): data for name, data in files.items() if name.startswith(DRAW)}
    if draw:
        yield from engine.check_draw(draw, problem)
    else:
        yield Finding(name="draw", applies=False)
    yield _version_agrees(str(manifest.get("engine_version")), result, engine)
    try:
        yield from engine.check_result(problem, result)
    except (
        DomainError
    ) as error:  # the problem cannot be solved at all: nothing decides a tie, for example
        yield Finding(name="result", difference=_phrase_of(error))


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in files:
        why = Phrase(gettext_noop("it has no file %(name)s"), name=MANIFEST)
        raise BundleInvalid(why=why)
    manifest = decode_json(files[MANIFEST], source=MANIFEST)
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        why = Phrase(
            gettext_noop("its format is %(found)s and this version reads %(format)s"),
            found=found,
            format=FORMAT,
        )
        raise BundleInvalid(why=why)
    entries = manifest.get("files")
    if not isinstance(entries, dict) or not {PROBLEM, RESULT} <= entries.keys():
        why = Phrase(gettext_noop("its manifest does not list problem and result"))
        raise BundleInvalid(why=why)
    return manifest  # type: ignore[no-any-return]  # a dict, by the check of the format


def _files_agree(files: Mapping[str, bytes], entries: Mapping[str, Any]) -> Iterator[Finding]:
    missing = sorted(entries.keys() - files.keys())
    extra = sorted(files.keys() - entries.keys() - {MANIFEST})
    if missing:
        what = Phrase(gettext_noop("the file %(name)s is missing"), name=missing[0])
        yield Finding(name="files", difference=what)
        return
    if extra:
        what = Phrase(gettext_noop("the manifest does not list the file %(name)s"), name=extra[0])
        yield Finding(name="files", difference=what)
        return
    yield Finding(name="files")
    for name, entry in sorted(entries.items()):
        told = entry.get("sha256") if isinstance(entry, dict) else None
        found = sha256_hex(files[name])
        if told != found:
            what = Phrase(
                gettext_noop("%(name)s has the SHA-256 %(found)s, the manifest says %(told)s"),
                name=name,
                found=found,
                told=told,
            )
            yield Finding(name="hashes", difference=what)
            return
    yield Finding(name="hashes")


def _phrase_of(error: DomainError) -> Phrase:
    sentence = Phrase(error.template, **error.facts)
    return Phrase("%(sentence)s", sentence=sentence)


def _version_agrees(manifest: str, result: Result, engine: Engine) -> Finding:
    for told in (manifest, result.engine_version):
        if told != engine.version:
            what = Phrase(
                gettext_noop("it was made with version %(told)s; this is version %(own)s"),
                told=told,
                own=engine.version,
            )
            return Finding(name="engine version", difference=what)
    return Finding(name="engine version")
