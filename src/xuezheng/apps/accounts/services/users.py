"""Making users and changing what they are called, read and may sign in with."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.models.users import Language
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop


class UserExists(InputError):
    """The user name is taken."""

    code = "accounts.user_exists"
    template = gettext_noop("There is already a user %(username)s.")
    remedy = gettext_noop("Choose another user name.")


class UserNameRefused(InputError):
    """The user name holds characters that it may not hold."""

    code = "accounts.user_name_refused"
    template = gettext_noop("%(username)s cannot be a user name.")
    remedy = gettext_noop("Use letters, digits and @ . + - _ only, 150 at most.")


class PasswordRefused(InputError):
    """The password is too easy to guess."""

    code = "accounts.password_refused"
    template = gettext_noop("The password is too weak: %(why)s")
    remedy = gettext_noop("Use at least ten characters that are not a common word.")


class LanguageUnknown(InputError):
    """The pages are not written in that language."""

    code = "accounts.language_unknown"
    template = gettext_noop("There are no pages in the language %(language)s.")
    remedy = gettext_noop("Choose zh-hans or en.")


@transaction.atomic
def create_user(
    *,
    by: object,
    username: str,
    name: str,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    language: str = Language.CHINESE,
    is_demo: bool = False,
) -> User:
    """Make a user without any role.

    Args:
        by: Who makes the user.
        username: What the user signs in with; unique whatever the case of its letters.
        name: What people call the user.
        password: None for a user who signs in by OpenID Connect only, or whose password is set later.
        email: Address, if known.
        phone: Number, if known.
        language: Language of the pages.
        is_demo: Whether the user belongs to the demonstration city, where weak passwords are no matter.

    Raises:
        UserExists: If the name is taken.
        UserNameRefused: If the name holds other characters than letters, digits and @.+-_.
        PasswordRefused: If the password is easy to guess.
        LanguageUnknown: If there are no pages in the language.
    """
    _check_language(language)
    if User.objects.filter(username__iexact=username).exists():
        raise UserExists(username=username)
    user = User(
        username=username, name=name, email=email, phone=phone, language=language, is_demo=is_demo
    )
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise UserNameRefused(username=username) from error
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    user.save()
    write_event(
        by=by,
        action="accounts.user.create",
        subject=("user", user.pk),
        facts={"username": username, "name": name, "is_demo": is_demo},
    )
    return user


@transaction.atomic
def reset_password(*, by: object, user: User, password: str) -> None:
    """Give a user a new password; whoever was signed in with the old one is signed out.

    Raises:
        PasswordRefused: If the password is easy to guess.
    """
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    write_event(by=by, action="accounts.user.reset_password", subject=("user", user.pk))


@transaction.atomic
def set_active(*, by: object, user: User, is_active: bool, reason: str = "") -> None:
    """Let a user sign in, or no longer; nothing recorded about the user is lost."""
    if user.is_active == is_active:
        return
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    write_event(
        by=by,
        action="accounts.user.activate" if is_active else "accounts.user.deactivate",
        subject=("user", user.pk),
        facts={"reason": reason},
    )


@transaction.atomic
def set_language(*, by: object, user: User, language: str) -> None:
    """Keep the language in which a user reads the pages.

    Raises:
        LanguageUnknown: If there are no pages in the language.
    """
    _check_language(language)
    if user.language == language:
        return
    before, user.language = user.language, language
    user.save(update_fields=["language"])
    write_event(
        by=by,
        action="accounts.user.set_language",
        subject=("user", user.pk),
        facts={"changes": {"language": [before, language]}},
    )


def _check_language(language: str) -> None:
    if language not in Language.values:
        raise LanguageUnknown(language=language)


def _check_password(password: str, user: User) -> None:
    if user.is_demo:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(why=Phrase(" ".join(error.messages).replace("%", "%%"))) from error
