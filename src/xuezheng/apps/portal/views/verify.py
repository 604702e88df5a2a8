"""Checking a published document: by its hash or by the file itself, which is hashed and not kept."""

from __future__ import annotations

import hashlib
import re

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from xuezheng.apps.portal.forms import CheckForm
from xuezheng.apps.record.access import access_of
from xuezheng.apps.record.documents import find_published, is_open
from xuezheng.apps.record.models import DocumentContent

_HASH = re.compile(r"[0-9a-f]{64}")


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a file or a hash and lead to the answer, which has an address of its own."""
    is_sent = request.method == "POST"
    form = CheckForm(request.POST, request.FILES) if is_sent else CheckForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        if file is None:
            return redirect("portal:document", digest=form.cleaned_data["digest"])
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        return redirect("portal:document", digest=digest.hexdigest())
    return render(request, "portal/verify.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def document(request: HttpRequest, digest: str) -> HttpResponse:
    """Say in one sentence whether a file with this hash was published here, when and by whom."""
    if not _HASH.fullmatch(digest):
        raise Http404
    found = find_published(hash=digest)
    return render(request, "portal/document.html", {"digest": digest, "document": found})


@require_GET
def download(request: HttpRequest, digest: str) -> HttpResponse:
    """Give the published bytes themselves."""
    found = find_published(hash=digest) if _HASH.fullmatch(digest) else None
    if found is None:
        raise Http404
    if not is_open(found, access_of(request)):
        raise PermissionDenied("record.view_document")
    content = DocumentContent.objects.get(hash=digest)
    answer = HttpResponse(bytes(content.content), content_type=content.media_type)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.file_name) or ""
    )
    return answer
