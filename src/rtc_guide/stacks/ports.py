"""Ports of 127.0.0.1."""

import socket
from contextlib import ExitStack


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return different ports of 127.0.0.1 that nobody listens on now."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


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
