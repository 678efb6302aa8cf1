"""A TCP port that stays ours over the death and the restart of who listens on it."""

import socket


def held_port() -> int:
    """A TCP port of 127.0.0.1 that nobody is given until this process ends.

    A socket stays bound to it and never listens: the kernel gives the port neither to those who ask for any port nor
    to an outgoing connection. Who is told its number can listen on it, as servers set SO_REUSEADDR; while nobody does,
    connections are refused at once.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    holder.detach()  # The descriptor stays open, and no child inherits it.
    return port
