"""The record of one decision: enough to repeat it without the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import StateError, gettext_noop


class DecisionMismatch(StateError):
    """A repeated decision differs from the stored one."""

    code = "decision.mismatch"
    template = gettext_noop(
        "The decision by %(engine)s cannot be confirmed: %(parts)s differ from the record."
    )
    remedy = gettext_noop(
        "Use the same engine version, pack, inputs and seed; if they are the same, tell the auditor."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRun:
    """Which engine decided what from what; all hashes are SHA-256 of canonical JSON."""

    engine: str
    engine_version: str
    pack_hash: str
    input_hash: str
    seed: str | None
    output_hash: str

    @classmethod
    def of(
        cls,
        *,
        engine: str,
        engine_version: str,
        pack_hash: str,
        inputs: Any,
        seed: str | None,
        outputs: Any,
    ) -> "DecisionRun":
        """Record a decision that has just been made."""
        return cls(
            engine=engine,
            engine_version=engine_version,
            pack_hash=pack_hash,
            input_hash=canonical_hash(inputs),
            seed=seed,
            output_hash=canonical_hash(outputs),
        )

    @property
    def hash(self) -> str:
        """The hash of the record itself, by which it can be cited."""
        return canonical_hash(self)

    def verify(
        self,
        *,
        engine_version: str,
        pack_hash: str,
        inputs: Any,
        decide: Callable[[Any, str | None], Any],
    ) -> None:
        """Repeat the decision and compare every part with the record.

        Args:
            engine_version: Version of the engine at hand.
            pack_hash: Hash of the pack at hand.
            inputs: What the decision was made from.
            decide: The engine: called with the inputs and the recorded seed, returns the outputs.

        Raises:
            DecisionMismatch: Naming every part that differs; the engine only runs if all it takes in is the same.
        """
        found = {
            "engine version": (engine_version, self.engine_version),
            "pack": (pack_hash, self.pack_hash),
            "inputs": (canonical_hash(inputs), self.input_hash),
        }
        differing = [name for name, (here, recorded) in found.items() if here != recorded]
        if not differing and canonical_hash(decide(inputs, self.seed)) != self.output_hash:
            differing = ["outputs"]
        if differing:
            raise DecisionMismatch(engine=self.engine, parts=", ".join(differing))
