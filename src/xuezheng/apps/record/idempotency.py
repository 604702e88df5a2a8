"""Requests that may come twice: the same key and body get the same answer, another body is refused."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from xuezheng.apps.record.chain import plain_facts
from xuezheng.apps.record.models import IdempotencyKey
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import StateError, gettext_noop

_FORM_KEY = re.compile(r"[\w-]{16,40}")


class KeyUsedOtherwise(StateError):
    """The key was used before for something else."""

    code = "record.key_used_otherwise"
    template = gettext_noop("The key %(key)s was already used for a request with other contents.")
    remedy = gettext_noop("Send the request again with a new key.")


@transaction.atomic
def answer_once(
    *, scope: str, key: str, body: Mapping[str, Any], act: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    """Do something once for a key and give the same answer to every repetition.

    Args:
        scope: The act and whoever does it, e.g. `plan.claim:17`; keys are apart between scopes.
        key: What the sender chose for this request.
        body: What was asked.
        act: Does it and gives the answer, in the same transaction.

    Raises:
        KeyUsedOtherwise: If the key was used with another body.
    """
    body_hash = canonical_hash(plain_facts(body))
    with connection.cursor() as cursor:
        # Two requests at once: the second waits here until the first has its answer.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{scope}\n{key}"])
    known = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if known is not None:
        if known.body_hash != body_hash:
            raise KeyUsedOtherwise(key=key)
        return dict(known.answer)
    answer = plain_facts(act())
    IdempotencyKey.objects.create(
        scope=scope, key=key, body_hash=body_hash, answer=answer, created_at=timezone.now()
    )
    return answer


def new_form_key() -> str:
    """Make the key that a form carries in a hidden field from the moment it is shown."""
    return secrets.token_urlsafe(16)


def act_once_a_form(
    *, scope: str, form_key: str, body: Mapping[str, Any], act: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    """Do what a form asks once, however often its button is pressed.

    The same form sent with other contents is another request: somebody went back and wrote something else.

    Args:
        scope: The act and whoever does it, as for `answer_once`.
        form_key: What the form carried; without a well-formed one the act is simply done.
        body: The cleaned contents.
        act: Does it and gives the answer, in the same transaction.
    """
    if not _FORM_KEY.fullmatch(form_key):
        return plain_facts(act())
    contents = {name: str(value) for name, value in body.items()}
    key = f"{form_key}.{canonical_hash(plain_facts(contents))[:32]}"
    return answer_once(scope=scope, key=key, body=contents, act=act)
