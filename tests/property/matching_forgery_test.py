"""Whatever a forger writes into a bundle, verifying it ends with a difference or a refusal, never with a crash."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching import ENGINE_VERSION, solve
from xuezheng.engines.matching.documents.bundle import (
    DRAW,
    MANIFEST,
    PROBLEM,
    RESULT,
    make_bundle,
    verify_bundle,
)
from xuezheng.engines.matching.documents.document import document_bytes, read_problem
from xuezheng.kernel.errors import DomainError
from xuezheng.site.commands.verify import engine_at_hand

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assignment"
NAMES = ("primary", "private", "senior-high")
ENGINE = engine_at_hand()
WORDS = [b"0", b"-1", b"null", b'""', b"[]", b"{}", b'"P-01"', b'"willow"', b"1e99", b"true"]


@cache
def sound(name: str) -> dict[str, bytes]:
    """Make the bundle of an example, without a draw."""
    data = document_bytes(read_problem((EXAMPLES / f"{name}.json").read_bytes(), source=name))
    result = document_bytes(solve(read_problem(data, source=name)))
    return make_bundle(problem=data, result=result, draw={}, engine_version=ENGINE_VERSION)


def is_sound(files: dict[str, bytes]) -> bool:
    """Verify; a refusal counts as a difference."""
    try:
        return all(finding.holds for finding in verify_bundle(files, ENGINE))
    except DomainError:
        return False


@given(
    st.sampled_from(NAMES),
    st.sampled_from([PROBLEM, RESULT]),
    st.integers(0, 10**6),
    st.sampled_from(WORDS),
)
def test_a_value_replaced_and_the_manifest_made_to_fit(
    name: str, file: str, place: int, word: bytes
) -> None:
    """Any value of problem or result becomes another: only what says the same as before verifies."""
    files = dict(sound(name))
    data = files[file]
    starts = [at for at in range(len(data)) if data[at : at + 2] == b": "]
    start = starts[place % len(starts)] + 2
    end = min(at for at in (data.find(sign, start) for sign in b",}]\n") if at > 0)
    changed = data[:start] + word + data[end:]
    parts = {PROBLEM: files[PROBLEM], RESULT: files[RESULT], file: changed}

    forged = make_bundle(
        problem=parts[PROBLEM], result=parts[RESULT], draw={}, engine_version=ENGINE_VERSION
    )

    if is_sound(forged):
        assert read_problem(forged[PROBLEM], source="x") == read_problem(files[PROBLEM], source="x")


@given(st.sampled_from(NAMES), st.data())
def test_one_byte_changed_without_the_manifest(name: str, data: st.DataObject) -> None:
    """Every byte of every file is covered by a hash; a manifest that still reads the same is the only exception."""
    files = dict(sound(name))
    file = data.draw(st.sampled_from([PROBLEM, RESULT]))
    place = data.draw(st.integers(0, len(files[file]) - 1))
    flip = data.draw(st.integers(1, 255))
    content = bytearray(files[file])
    content[place] ^= flip
    files[file] = bytes(content)

    assert not is_sound(files)


@given(st.sampled_from(NAMES), st.binary(max_size=60))
def test_anything_as_manifest_or_draw(name: str, noise: bytes) -> None:
    """Noise in place of the manifest, and as the files of a draw."""
    files = sound(name)
    draw = {"result.json": noise, "order.csv": noise, "entries.csv": noise}
    drawn = make_bundle(
        problem=files[PROBLEM], result=files[RESULT], draw=draw, engine_version=ENGINE_VERSION
    )

    assert not is_sound({**files, MANIFEST: noise})
    assert not is_sound(drawn)
    assert any(name.startswith(DRAW) for name in drawn)


@given(
    st.sampled_from(["result.json", "order.csv", "entries.json"]),
    st.sampled_from(
        [
            b"[]",
            b"{}",
            b"[1]",
            b"[{}]",
            b'{"commitment": 3}',
            b'[{"id": 3}]',
            b"a,b\n1,2,3\n",
            b"null",
        ]
    ),
)
def test_documents_of_another_form_as_draw(file: str, content: bytes) -> None:
    """Sound JSON and CSV that is no draw."""
    files = sound("private")
    names = ("result.json", "order.csv", "entries.json")
    draw = {name: content if name == file else b"{}" for name in names}
    drawn = make_bundle(
        problem=files[PROBLEM], result=files[RESULT], draw=draw, engine_version=ENGINE_VERSION
    )

    assert not is_sound(drawn)
