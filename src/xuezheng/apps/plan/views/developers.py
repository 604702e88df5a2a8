"""The page that tells programmers how to read the plan's figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.plan.api import api


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the addresses of the API with their parameters, from its OpenAPI description."""
    require(request, "plan.view_board")
    described = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "parameters": operation.get("parameters", ()),
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "plan/developers.html", {"operations": operations})
