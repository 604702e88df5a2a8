"""Publishing documents by the hash of their content, and finding them again."""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from xuezheng.apps.record.access import Access
from xuezheng.apps.record.actors import actor_of
from xuezheng.apps.record.models import DocumentContent, PublishedDocument
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import StateError, gettext_noop

# Papers of the house: a kind, and the action that its readers must be allowed. All other kinds are open to everybody.
INTERNAL_KINDS = {"plan.report": "plan.report"}


class AlreadySuperseded(StateError):
    """Something else has replaced the document already."""

    code = "record.already_superseded"
    template = gettext_noop("%(title)s was already replaced by a later document.")
    remedy = gettext_noop("Replace that later document instead.")


def content_hash(content: bytes) -> str:
    """Give the SHA-256 of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


@transaction.atomic
def publish_document(
    *,
    by: object,
    kind: str,
    title: tuple[str, str],
    file_name: str,
    media_type: str,
    content: bytes,
    division: str = "",
    supersedes: PublishedDocument | None = None,
) -> PublishedDocument:
    """Publish a file; the same bytes are kept once, and the document replaced keeps its own.

    Args:
        by: Who publishes.
        kind: What sort of document, as `app.document`.
        title: Chinese and English title; the English one may be empty.
        file_name: Name under which it is downloaded.
        media_type: What the bytes are.
        content: The bytes.
        division: Division concerned; empty for the city.
        supersedes: The document that this one replaces.

    Raises:
        AlreadySuperseded: If `supersedes` was replaced before.
    """
    actor, now = actor_of(by), timezone.now()
    stored, _ = DocumentContent.objects.get_or_create(
        hash=content_hash(content),
        defaults={"media_type": media_type, "size": len(content), "content": content},
    )
    document = PublishedDocument.objects.create(
        content=stored,
        kind=kind,
        title_zh=title[0],
        title_en=title[1],
        file_name=file_name,
        division=division,
        published_at=now,
        published_by_id=actor.id,
        published_by_label=actor.label[:120],
    )
    if supersedes is not None:
        old = PublishedDocument.objects.select_for_update().get(pk=supersedes.pk)
        if old.superseded_by_id is not None:
            raise AlreadySuperseded(title=old.title_zh)
        old.superseded_by = document
        old.save(update_fields=["superseded_by"])
    write_event(
        by=by,
        action="record.document.publish",
        subject=("document", document.pk),
        division=division,
        facts={
            "kind": kind,
            "title": title[0],
            "hash": stored.hash,
            "supersedes": supersedes.pk if supersedes else None,
        },
        at=now,
    )
    return document


def is_open(document: PublishedDocument, access: Access) -> bool:
    """Tell whether a reader may have the bytes; that they were published here, everybody may check."""
    return document.kind not in closed_kinds(access)


def closed_kinds(access: Access) -> frozenset[str]:
    """Give the kinds of papers that a reader may not have."""
    return frozenset(
        kind for kind, action in INTERNAL_KINDS.items() if access.scope_of(action).is_empty
    )


def find_published(*, hash: str) -> PublishedDocument | None:  # noqa: A002 - the word of the trade
    """Find the latest publication of some bytes by their hash, for the page that checks a document."""
    return (
        PublishedDocument.objects.filter(content_id=hash)
        .defer("content__content")
        .select_related("superseded_by")
        .first()
    )


def titles_of(keys: Sequence[str]) -> Mapping[str, str]:
    """Give the titles of published documents in the reader's language, by key."""
    field = "title_en" if (get_language() or "").startswith("en") else "title_zh"
    numbers = [int(key) for key in keys if key.isdigit()]
    rows = PublishedDocument.objects.filter(pk__in=numbers).values_list("pk", field)
    return {str(pk): title for pk, title in rows}
