"""Ports of 127.0.0.1. Imports nothing of this package: a hub's configuration reads it too."""

import random
import socket

# Below those that systems give to whoever asks for any (Linux from 32768, others from 49152):
# a kernel or a browser could get one between our looking and the server's listening.
_OURS = range(10_000, 32_000)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return different ports of 127.0.0.1 that nobody listens on now.

    Raises `OSError` where there are not so many.
    """
    found: list[int] = []
    for port in random.sample(_OURS, len(_OURS)):
        if len(found) == count:
            return found
        if not is_taken(port):
            found.append(port)
    raise OSError(f"there are no {count} free ports on this machine")


def is_taken(port: int) -> bool:
    """Tell whether a server could not listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a connection that is only being closed is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
