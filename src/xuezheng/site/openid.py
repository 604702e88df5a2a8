"""The sign-in service of the bureau, as the site's own rules must know it."""

from urllib.parse import urlsplit


def openid_origins(server: str | None) -> list[str]:
    """Give the origin of the service's address for the Content-Security-Policy; none without a service.

    The page at which the service signs people in must have the same origin, as it has in practice.
    """
    if not server:
        return []
    address = urlsplit(server)
    return [f"{address.scheme}://{address.netloc}"]
