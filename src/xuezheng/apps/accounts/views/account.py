"""The own account: roles, language, second factor, tokens; and the pages that are closed here."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xuezheng.apps.accounts.forms import LanguageForm, TokenForm
from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.permissions import may_anywhere
from xuezheng.apps.accounts.selectors import active_grants, tokens_of
from xuezheng.apps.accounts.services import create_token, revoke_token, set_language
from xuezheng.apps.record.selectors import history

_YEAR_SECONDS = 365 * 24 * 60 * 60


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show who I am here, and let me choose the language."""
    user = _me(request)
    form = LanguageForm(request.POST or None, initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        set_language(by=user, user=user, language=chosen)
        with translation.override(chosen):
            messages.success(request, _("The language is kept."))
        answer = redirect("accounts:account")
        remember_language(answer, chosen)
        return answer
    context = {
        "form": form,
        "grants": active_grants(user, on=timezone.localdate()),
        "has_second_factor": is_mfa_enabled(user),
        "may_create_token": may_anywhere(user, "accounts.create_token"),
        "history": history(("user", user.pk), limit=10),
    }
    return render(request, "accounts/account.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List my tokens and make one; its secret is shown this once."""
    user = _me(request)
    if not may_anywhere(user, "accounts.create_token"):
        return render(request, "accounts/tokens.html", {"is_closed": True}, status=403)
    form, made = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = create_token(by=user, user=user, **form.cleaned_data)
        form = TokenForm()
    context = {"form": form, "made": made, "tokens": tokens_of(user), "now": timezone.now()}
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of my tokens useless."""
    user = _me(request)
    token = get_object_or_404(tokens_of(user), pk=pk)
    revoke_token(by=user, token=token)
    messages.success(request, _("The token %(title)s is revoked.") % {"title": token.title})
    return redirect("accounts:tokens")


def closed(request: HttpRequest, *, status: int = 404) -> HttpResponse:
    """Say what to do instead of what is closed here: signing up, or a new password by e-mail."""
    return render(request, "accounts/closed.html", status=status)


def remember_language(answer: HttpResponse, language: str) -> None:
    """Keep the language for the pages that follow."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.HTTPS,
    )


def _me(request: HttpRequest) -> User:
    # The request's user is a lazy stand-in; the model itself is what services want.
    return User.objects.get(pk=str(request.user.pk))
