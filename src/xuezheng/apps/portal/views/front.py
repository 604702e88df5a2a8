"""The front page, the sign-ins of the demonstration city, and the small pages every site has."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.services.sessions import record_sign_in
from xuezheng.apps.portal.context import THEME_COOKIE, THEMES, product_version
from xuezheng.apps.portal.selectors.demonstration import demonstration_users
from xuezheng.apps.portal.selectors.figures import front_figures

_YEAR_SECONDS = 365 * 24 * 60 * 60


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Say what this is and lead on: to the home of a role, or for visitors to the public board and the sign-in."""
    if request.user.is_authenticated and "stay" not in request.GET:
        return redirect("portal:home")
    people = demonstration_users() if settings.DEMONSTRATION else ()
    return render(
        request,
        "portal/front.html",
        {"people": people, "figures": front_figures(), "audience": "public"},
    )


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the person of the demonstration city who was chosen; there is no such address anywhere else."""
    if not settings.DEMONSTRATION:
        raise Http404
    user = get_object_or_404(
        User, username=request.POST.get("username", ""), is_demo=True, is_active=True
    )
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    record_sign_in(user=user, method="demonstration")
    return redirect("portal:home")


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Tell what the product is, its version, and how a figure can be checked."""
    return render(request, "portal/about.html", {"version": product_version()})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark in a cookie, for browsers without JavaScript."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    answer = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie(
            THEME_COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return answer
