"""The page that tells programmers how to read the plan's figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.plan.api import api


def _parameter(described: dict[str, Any]) -> dict[str, str]:
    """Name, place and type of a parameter; of one that may be left out the type that counts."""
    schema = described.get("schema", {})
    kinds = [one for one in (schema, *schema.get("anyOf", ())) if one.get("type", "null") != "null"]
    kind = kinds[0] if kinds else schema
    choices = " | ".join(str(one) for one in kind.get("enum", ()))
    words = choices or " ".join(str(kind[key]) for key in ("type", "format") if key in kind)
    return {"name": described["name"], "place": described["in"], "type": words or "–"}


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
            "parameters": [_parameter(one) for one in operation.get("parameters", ())],
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "plan/developers.html", {"operations": operations})
