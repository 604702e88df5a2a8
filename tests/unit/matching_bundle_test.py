"""A bundle verifies as published; whatever is changed in it is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xuezheng.engines.matching import ENGINE_VERSION, solve
from xuezheng.engines.matching.documents.bundle import (
    MANIFEST,
    PROBLEM,
    RESULT,
    BundleInvalid,
    Engine,
    Finding,
    bundle_hash,
    make_bundle,
    verify_bundle,
)
from xuezheng.engines.matching.documents.document import document_bytes, read_problem
from xuezheng.engines.matching.model import Problem, Result
from xuezheng.kernel.errors import Phrase

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "assignment" / "private.json"
Files = dict[str, bytes]


def check_result(problem: Problem, result: Result) -> Iterator[Finding]:
    """Repeat the result, as the smallest of checks."""
    same = solve(problem) == result
    yield Finding(name="replay", difference=None if same else Phrase("it differs"))


def check_draw(files: object, problem: Problem) -> Iterator[Finding]:
    """Say which files of the draw were handed over."""
    yield Finding(name=f"draw of {sorted(files)}")  # type: ignore[call-overload]


ENGINE = Engine(version=ENGINE_VERSION, check_result=check_result, check_draw=check_draw)


def sound(draw: Files | None = None) -> Files:
    """Make a bundle of an example."""
    data = EXAMPLE.read_bytes()
    result = document_bytes(solve(read_problem(data, source="example")))
    return make_bundle(problem=data, result=result, draw=draw or {}, engine_version=ENGINE_VERSION)


def rewrite(**changes: object) -> Callable[[Files], object]:
    """Change the manifest."""

    def change(files: Files) -> None:
        files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | changes).encode()

    return change


def remade(name: str, old: bytes, new: bytes) -> Callable[[Files], object]:
    """Change a file and make the manifest fit, as a forger would."""

    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
        made = make_bundle(
            problem=files[PROBLEM], result=files[RESULT], draw={}, engine_version=ENGINE_VERSION
        )
        files.update(made)

    return change


def test_a_sound_bundle_verifies() -> None:
    """Files, hashes, documents, version and result are each confirmed; nothing was drawn here."""
    found = list(verify_bundle(sound(), ENGINE))

    assert [finding.name for finding in found] == [
        "files",
        "hashes",
        "documents",
        "draw",
        "engine version",
        "replay",
    ]
    assert [finding.name for finding in found if not finding.applies] == ["draw"]
    assert all(finding.holds for finding in found)


def test_files_of_the_draw_are_handed_to_its_check() -> None:
    """By their names below `draw/`."""
    names = [finding.name for finding in verify_bundle(sound({"order.csv": b"x"}), ENGINE)]

    assert "draw of ['order.csv']" in names


@pytest.mark.parametrize(
    ("change", "name", "difference"),
    [
        (lambda files: files.pop(RESULT), "files", "the file result.json is missing"),
        (lambda files: files.update({"x.txt": b""}), "files", "does not list the file x.txt"),
        (
            lambda files: files.update({RESULT: files[RESULT].replace(b"L-01", b"L-02", 1)}),
            "hashes",
            "result.json has the SHA-256",
        ),
        (lambda files: files.update({PROBLEM: files[PROBLEM] + b" "}), "hashes", "problem.json"),
        (remade(RESULT, b'"M-02"', b'"M-99"'), "replay", "it differs"),
        (remade(PROBLEM, b'"count": 3', b'"count": 2'), "replay", "it differs"),
        (remade(PROBLEM, b'"count": 3', b'"count": -2'), "documents", "number of seats is -2"),
        (remade(PROBLEM, b'"id"', b'"identity"'), "documents", "identity"),
        (remade(RESULT, b'"format"', b'"for"'), "documents", "result.json"),
        (rewrite(engine_version="0"), "engine version", "made with version 0"),
    ],
)
def test_a_change_is_named(change: Callable[[Files], object], name: str, difference: str) -> None:
    """The first difference names the file or the property, whoever made the manifest fit or not."""
    files = sound()
    change(files)

    first = next(finding for finding in verify_bundle(files, ENGINE) if not finding.holds)

    assert first.name == name
    assert difference in str(first.difference)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda files: files.pop(MANIFEST), "it has no file manifest.json"),
        (rewrite(format="xuezheng.bundle/2"), "this version reads xuezheng.bundle/1"),
        (rewrite(files={}), "does not list problem and result"),
        (lambda files: files.update({MANIFEST: b"[]"}), "its format is None"),
    ],
)
def test_what_is_no_bundle_is_refused(change: Callable[[Files], object], why: str) -> None:
    """Without a manifest of the known format nothing can be said about the rest."""
    files = sound()
    change(files)

    with pytest.raises(BundleInvalid, match=why):
        list(verify_bundle(files, ENGINE))


def test_the_hash_stands_for_every_byte() -> None:
    """Another byte in any file is another bundle."""
    files = sound()
    other = make_bundle(
        problem=files[PROBLEM] + b"\n", result=files[RESULT], draw={}, engine_version=ENGINE_VERSION
    )

    assert bundle_hash(files) == bundle_hash(sound())
    assert bundle_hash(other) != bundle_hash(files)
