"""The draw: lots that nobody can steer and anybody can repeat.

Commit first (`commit`), then `reveal`; `check_draw` repeats everything from the published documents and shares no code
with the solver. One number alone is `number_of`, many are `numbers_of`; both live in the kernel, where other engines
find them too.
"""

from xuezheng.engines.draw.check import Difference, Report, check_draw
from xuezheng.engines.draw.contributions import seal, seed_of
from xuezheng.engines.draw.documents import (
    document_bytes,
    order_lines,
    read_contributions,
    read_document,
)
from xuezheng.engines.draw.entries import checked_entries, entries_from_rows
from xuezheng.engines.draw.explain import Explanation, explain_place
from xuezheng.engines.draw.model import (
    Commitment,
    Contribution,
    Direction,
    Draw,
    Entry,
    Notice,
    Order,
    Proof,
    PublicSource,
    Rules,
    SealedSource,
    Units,
    Weights,
)
from xuezheng.engines.draw.numbers import order_of
from xuezheng.engines.draw.proofs import prove, verify_proof
from xuezheng.engines.draw.solve import (
    ENGINE,
    ENGINE_VERSION,
    Committed,
    Drawn,
    check_announced,
    commit,
    recommitted,
    reveal,
)
from xuezheng.kernel.seeded import number_of, numbers_of

__all__ = [
    "ENGINE",
    "ENGINE_VERSION",
    "Commitment",
    "Committed",
    "Contribution",
    "Difference",
    "Direction",
    "Draw",
    "Drawn",
    "Entry",
    "Explanation",
    "Notice",
    "Order",
    "Proof",
    "PublicSource",
    "Report",
    "Rules",
    "SealedSource",
    "Units",
    "Weights",
    "check_announced",
    "check_draw",
    "checked_entries",
    "commit",
    "document_bytes",
    "entries_from_rows",
    "explain_place",
    "number_of",
    "numbers_of",
    "order_lines",
    "order_of",
    "prove",
    "read_contributions",
    "read_document",
    "recommitted",
    "reveal",
    "seal",
    "seed_of",
    "verify_proof",
]
