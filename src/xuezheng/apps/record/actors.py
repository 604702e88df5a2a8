"""Who acts, as it is written into the record."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody or something that acts, with the label that stays in the record for good."""

    kind: str
    id: str
    label: str


@runtime_checkable
class SignedInUser(Protocol):
    """What the record needs of a user; the accounts app, which lies above, has the model."""

    pk: int

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody who signed in."""

    def get_full_name(self) -> str:
        """The name that people know."""


PUBLIC = Actor(kind="public", id="", label="public")
SYSTEM = Actor(kind="system", id="", label="system")

By = Actor | SignedInUser | None


def system_actor(label: str) -> Actor:
    """Name a part of the system that acts on its own, e.g. `city build`."""
    return Actor(kind="system", id="", label=f"system: {label}")


def actor_of(by: object) -> Actor:
    """Turn a user, an anonymous visitor, an actor or nobody (the system) into an actor."""
    if isinstance(by, Actor):
        return by
    if by is None:
        return SYSTEM
    if isinstance(by, SignedInUser) and by.is_authenticated:
        return Actor(kind="user", id=str(by.pk), label=str(by))
    return PUBLIC
