"""A host's name → the addresses on the network that may be asked.

A list of web addresses, or a redirect, must not lead into the network that this program runs in (server-side request
forgery). So names are resolved once, here, and the connection goes to the address that was checked: a name that
gives another address the second time (DNS rebinding) gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class NotPublicError(Exception):
    """A host whose addresses are all private, loopback, link-local, multicast or reserved; they are the message."""


class UnknownHostError(Exception):
    """A name that has no address; `again` says whether it may have one later."""

    def __init__(self, *, again: bool) -> None:
        super().__init__()
        self.again = again


def is_public(address: str) -> bool:
    """Say whether an address belongs to the public internet, together with any IPv4 address wrapped in it.

    >>> [is_public(a) for a in ("8.8.8.8", "2400:3200::1", "10.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1")]
    [True, True, False, False, False, False]
    >>> [is_public(a) for a in ("::1", "fe80::1%eth0", "::ffff:10.0.0.1", "2002:a00:1::1", "64:ff9b::7f00:1", "ff02::1")]
    [False, False, False, False, False, False]
    >>> is_public("64:ff9b::808:808")  # what a network with IPv6 only makes of 8.8.8.8
    True
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = _wrapped(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_private)


def addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host that may be connected to, in the system's order.

    Raises UnknownHostError where the name has none, NotPublicError where none is public and `allow_private` is not set.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise UnknownHostError(again=error.errno == socket.EAI_AGAIN) from error
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(again=False) from error
    known = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = known if allow_private else [address for address in known if is_public(address)]
    if not allowed:
        raise NotPublicError("、".join(known))
    return allowed


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
