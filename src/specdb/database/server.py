"""Parse the URL of a PostgreSQL database and keep its secrets out of messages."""

from __future__ import annotations

import re
from urllib.parse import unquote

from specdb.errors import DatabaseError

_PART = r"(?:[^%/?#@:\s]|%[0-9A-Fa-f]{2})*"
_HOST = rf"(?:\[[0-9A-Fa-f:.%]+\]|{_PART})(?::[0-9]*)?"
_URL = re.compile(
    rf"postgres(?:ql)?://(?:(?P<user>{_PART})(?::(?P<password>(?:[^%/?#@\s]|%[0-9A-Fa-f]{{2}})*))?@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)(?P<name>/{_PART})?(?:\?(?P<query>[^#\s]*))?"
)
_PUBLIC_PARAMETERS = ("host", "port", "dbname", "user", "sslmode")
"""The parameters of a URL that may be shown; any other may contain a secret."""

_SECRET_PARAMETER = re.compile("pass|secret|key|token")
URL_HINT = "use postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ and %2F for a / in a password"
"""How to fix a URL of a PostgreSQL database."""


class Server:
    """A database on a PostgreSQL server, identified by its URL; as text, the URL without its password."""

    __slots__ = ("_public_url", "secrets", "url")

    def __init__(self, url: str) -> None:
        """Parse the URL.

        Raises:
            DatabaseError: `url` is not a valid PostgreSQL URL. The message does not quote it.
        """
        found = _URL.fullmatch(url)
        if not found:
            raise DatabaseError("invalid PostgreSQL URL", URL_HINT)
        parameters = [pair.partition("=") for pair in (found["query"] or "").split("&")]
        query = "&".join(f"{key}={value}" for key, _, value in parameters if key in _PUBLIC_PARAMETERS)
        user = f"{found['user']}@" if found["user"] else ""
        secrets = [found["password"] or "", *(value for key, _, value in parameters if _SECRET_PARAMETER.search(key))]
        self.url = url
        self.secrets = {text for secret in secrets for text in (secret, unquote(secret)) if text}
        self._public_url = f"postgresql://{user}{found['hosts']}{found['name'] or ''}{'?' if query else ''}{query}"

    def __str__(self) -> str:
        """Return the URL without its password."""
        return self._public_url

    def __repr__(self) -> str:
        """Return the URL without its password, as a call."""
        return f"Server({self._public_url!r})"

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same URL."""
        return isinstance(other, Server) and self.url == other.url

    def __hash__(self) -> int:
        """Return the hash of the URL."""
        return hash(self.url)
