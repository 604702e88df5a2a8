"""Proofs that an entry is in the committed list, each of some twenty hashes and checkable alone."""

from xuezheng.engines.draw.entries import leaf_of
from xuezheng.engines.draw.merkle import leaf_hash, path_of, root_from_path
from xuezheng.engines.draw.model import Commitment, Proof
from xuezheng.engines.draw.solve import Committed
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop


class EntryUnknown(InputError):
    """There is no such entry."""

    code = "draw.entry_unknown"
    template = gettext_noop("There is no entry %(entry)s in the draw.")
    remedy = gettext_noop("Check the identifier; it stands on the receipt of the application.")


class ProofFails(StateError):
    """A proof does not lead to the committed root."""

    code = "draw.proof_fails"
    template = gettext_noop("The proof for entry %(entry)s fails: %(why)s.")
    remedy = gettext_noop(
        "Ask the bureau for a new proof from the published list. If that fails too, the entry is not in the list as claimed."
    )


def prove(committed: Committed, entry_id: str) -> Proof:
    """Make the proof of one entry.

    Raises:
        EntryUnknown: If no entry has this identifier.
    """
    for index, entry in enumerate(committed.entries, start=1):
        if entry.id == entry_id:
            path = path_of(committed.hashes, index)
            return Proof(
                commitment_hash=canonical_hash(committed.commitment),
                root=committed.commitment.root,
                size=len(committed.hashes),
                index=index,
                entry=entry,
                path=tuple(one.hex() for one in path),
            )
    raise EntryUnknown(entry=entry_id)


def verify_proof(commitment: Commitment, proof: Proof) -> None:
    """Check a proof against a published commitment; needs nothing else.

    Raises:
        ProofFails: Naming the entry and what does not agree.
    """
    name = proof.entry.id
    if proof.commitment_hash != canonical_hash(commitment) or proof.root != commitment.root:
        raise ProofFails(entry=name, why=Phrase(gettext_noop("it was made for another commitment")))
    if proof.size != commitment.entries + 1 or proof.index == 0:
        raise ProofFails(entry=name, why=Phrase(gettext_noop("its place is not in the tree")))
    try:
        path = [bytes.fromhex(one) for one in proof.path]
    except ValueError:
        path = []
    leaf = leaf_hash(leaf_of(proof.entry))
    root = root_from_path(leaf, index=proof.index, size=proof.size, path=path)
    if root is None or root.hex() != commitment.root:
        raise ProofFails(
            entry=name, why=Phrase(gettext_noop("its hashes do not lead to the committed root"))
        )
