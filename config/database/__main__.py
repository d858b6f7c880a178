"""The embedded server by hand."""

from __future__ import annotations

import sys

from django.core.exceptions import ImproperlyConfigured

from config.database import embedded
from config.database.server import DATABASE, SUPERUSER


def main(arguments: list[str]) -> int:
    """``python -m config.database start|stop|status|url``: the embedded server by hand."""
    server = embedded()
    match arguments:
        case ["start"]:
            print(server.ensure())
        case ["stop"]:
            print("stopped" if server.stop() else "not running")
        case ["status"]:
            print("running" if server.is_running() else "not running")
            return 0 if server.is_running() else 3
        case ["url"]:
            print(f"postgresql:///{DATABASE}?host={server.ensure()}&user={SUPERUSER}")
        case _:
            print(main.__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))
