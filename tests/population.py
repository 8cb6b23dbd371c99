"""Many DHCP clients in one process: a program that is run in a lab's network.

``population.py INTERFACE SETTINGS`` lets new clients ask through the interface until its standard
input ends, then waits for those that have no answer yet, and prints what they saw, as JSON. Each
client has a hardware address; it asks, asks again after a second, renews and releases as a
computer does, only sooner (RFC 2131).
"""

from __future__ import annotations

import heapq
import json
import select
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address
from itertools import count

from wire import HEADER, MAGIC, suboptions

DISCOVER, OFFER, REQUEST, ACK, NAK, RELEASE = b"\x01", b"\x02", b"\x03", b"\x05", b"\x06", b"\x07"
IP, ARP, OUTGOING = 0x0800, 0x0806, 4
ALL, EVERYBODY, NOBODY = b"\xff" * 6, IPv4Address("255.255.255.255"), IPv4Address(0)
REBIND = 3
"""How many times a client asks its own server to renew before it asks all."""


@dataclass
class Settings:
    """How the clients behave."""

    rate: float = 5.0
    """New clients a second."""
    most: int = 80
    """So many at most hold an address; before another comes, the oldest releases its own."""
    renew: float | None = 5.0
    """Seconds after which a client renews; None: never."""
    again: float = 1.0
    """Seconds after which a client that got no answer asks again. With ``ping_check`` an offer
    takes a second: more is needed then."""
    patience: float = 60.0
    """Seconds after which a client gives up, and the program does, in the end."""
    first: int = 1
    """The number that the first client's hardware address is made from."""


@dataclass
class Seen:
    """What the clients saw; times in seconds since 1970."""

    asked: int = 0
    answered: int = 0
    clients: int = 0
    unanswered_first: list[tuple[float, str, str]] = field(default_factory=list)
    never_answered: list[tuple[float, str, str]] = field(default_factory=list)
    longest_silence: float = 0.0
    silent_from: float = 0.0
    duplicates: list[tuple[float, str, str, str]] = field(default_factory=list)
    changed: list[tuple[float, str, str, str]] = field(default_factory=list)
    refused: list[tuple[float, str, str]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[tuple[float, str]]] = field(default_factory=dict)


@dataclass
class Client:
    """One client; ``doing`` is what it waits for an answer to, "" if nothing."""

    mac: bytes
    doing: str = ""
    xid: int = 0
    alarm: int = 0
    tries: int = 0
    began: float = 0.0
    offered: IPv4Address = NOBODY
    server: IPv4Address = NOBODY
    address: IPv4Address | None = None
    until: float = 0.0

    @property
    def name(self) -> str:
        """Its hardware address, as lease files have it."""
        return self.mac.hex(":")


class Population:
    """All clients, their timers, and the interface that they share."""

    def __init__(self, interface: str, settings: Settings) -> None:
        self.settings = settings
        self.seen = Seen()
        self.card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.card.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.card.bind((interface, 0))
        self.clients: dict[bytes, Client] = {}
        self.holders: dict[IPv4Address, Client] = {}
        self.servers: dict[IPv4Address, bytes] = {}
        self.timers: list[tuple[float, int, Client]] = []
        self.order = count(1)
        self.numbers = count(settings.first)
        self.xids = count(settings.first << 12)
        self.waiting_since: float | None = None

    # Time

    def run(self) -> None:
        """Until standard input ends and everybody has an answer, or has lost patience."""
        started, came, over = time.time(), 0, 0.0
        while not over or (any(it.doing for it in self.clients.values()) and time.time() < over):
            now = time.time()
            while not over and came <= (now - started) * self.settings.rate:
                came += 1
                self.come()
            while self.timers and self.timers[0][0] <= now:
                _, number, client = heapq.heappop(self.timers)
                if number == client.alarm:
                    self.alarm(client, renewing=not over)
            due = self.timers[0][0] if self.timers else now + 1
            pause = max(
                0.0, min(due, started + came / self.settings.rate if not over else due) - now
            )
            inputs = [self.card] if over else [self.card, sys.stdin]
            readable, _, _ = select.select(inputs, [], [], min(pause, 0.5))
            if self.card in readable:
                self.receive()
            if sys.stdin in readable and not sys.stdin.read(1):
                over = time.time() + self.settings.patience
        for client in self.clients.values():
            if client.doing:
                self.give_up(client)
        self.silence(time.time())
        self.seen.held = {it.name: str(it.address) for it in self.clients.values() if it.address}

    def come(self) -> None:
        """A new client; before it, the oldest goes if there are too many."""
        idle = [it for it in self.clients.values() if not it.doing]
        holding = [it for it in idle if it.address]
        asking = len(self.clients) - len(idle)
        if holding and asking + len(holding) >= self.settings.most:
            self.release(holding[0])
        client = Client(b"\x02\x00" + next(self.numbers).to_bytes(4, "big"))
        self.clients[client.mac] = client
        self.seen.clients += 1
        self.begin(client, "discover")

    def alarm(self, client: Client, *, renewing: bool) -> None:
        """A client's time is up: it renews, or asks again."""
        if not client.doing:
            if renewing and client.address:
                self.begin(client, "renew")
            return
        now = time.time()
        if client.tries == 1:
            self.seen.unanswered_first.append(
                (now - self.settings.again, client.name, client.doing)
            )
        if now - client.began > self.settings.patience:
            self.give_up(client)
        elif client.doing == "request" and client.tries >= REBIND:
            self.begin(client, "discover", client.began)
        else:
            self.ask(client)

    def later(self, client: Client, seconds: float) -> None:
        """Set a client's timer, in place of the one that it had."""
        client.alarm = next(self.order)
        heapq.heappush(self.timers, (time.time() + seconds, client.alarm, client))

    # What a client does

    def begin(self, client: Client, doing: str, began: float = 0.0) -> None:
        """Begin to wait for something."""
        client.doing, client.tries, client.began = doing, 0, began or time.time()
        client.xid = next(self.xids) & 0xFFFFFFFF
        self.ask(client)

    def ask(self, client: Client) -> None:
        """Send what a client wants, and look at the clock."""
        client.tries += 1
        self.seen.asked += 1
        self.waiting_since = self.waiting_since or time.time()
        if client.doing == "discover":
            self.send(client, DISCOVER)
        elif client.doing == "request":
            wanted = {50: client.offered.packed, 54: client.server.packed}
            self.send(client, REQUEST, wanted)
        else:
            self.send(client, REQUEST, to_all=client.tries > REBIND)
        self.note(client, client.doing)
        self.later(client, self.settings.again)

    def release(self, client: Client) -> None:
        """Give an address back; there is no answer to that."""
        self.send(client, RELEASE, {54: client.server.packed}, to_all=False)
        self.note(client, f"release {client.address}")
        self.drop(client)

    def drop(self, client: Client) -> None:
        """A client has its address no longer."""
        if client.address and self.holders.get(client.address) is client:
            del self.holders[client.address]
        client.address = None

    def give_up(self, client: Client) -> None:
        """Nobody answered it."""
        self.seen.never_answered.append((client.began, client.name, client.doing))
        client.doing = ""

    # What it hears

    def receive(self) -> None:
        """Read what has come."""
        for _ in range(200):
            try:
                frame, (_, _, kind, *_) = self.card.recvfrom(2048, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if kind == OUTGOING:
                continue
            (protocol,) = struct.unpack("!H", frame[12:14])
            if protocol == ARP:
                self.answer_arp(frame)
            elif protocol == IP and frame[23] == socket.IPPROTO_UDP:
                udp = frame[14 + (frame[14] & 15) * 4 :]
                if udp[2:4] == b"\0\x44":
                    self.hear(frame[6:12], udp[8:])

    def answer_arp(self, frame: bytes) -> None:
        """Say who holds an address, as its holder would."""
        arp = frame[14:]
        holder = self.holders.get(IPv4Address(arp[24:28]))
        if arp[6:8] == b"\0\1" and holder:
            reply = arp[:6] + b"\0\2" + holder.mac + arp[24:28] + arp[8:18]
            self.card.send(arp[8:14] + holder.mac + struct.pack("!H", ARP) + reply)

    def hear(self, sender: bytes, data: bytes) -> None:
        """An answer, from the server with this hardware address."""
        client = self.clients.get(data[28:34])
        if not client or data[4:8] != client.xid.to_bytes(4, "big") or not client.doing:
            return
        options = suboptions(data[HEADER + len(MAGIC) :], padded=True)
        server = IPv4Address(options.get(54, client.server.packed))
        self.servers[server] = sender
        now, kind, address = time.time(), options[53], IPv4Address(data[16:20])
        self.seen.answered += 1
        self.silence(now)
        if kind == OFFER and client.doing == "discover":
            client.offered, client.server = address, server
            self.note(client, f"offer {address} from {server}")
            self.begin(client, "request", client.began)
        elif kind == ACK and client.doing != "discover":
            self.bind(client, address, server, now + int.from_bytes(options[51], "big"))
        elif kind == NAK:
            self.seen.refused.append((now, client.name, client.doing))
            self.note(client, f"refused by {server}")
            self.drop(client)
            self.begin(client, "discover")

    def bind(self, client: Client, address: IPv4Address, server: IPv4Address, until: float) -> None:
        """A client has its address; another one may have it too."""
        now, other = time.time(), self.holders.get(address)
        if other and other is not client and other.until > now:
            self.seen.duplicates.append((now, str(address), other.name, client.name))
        if client.address and client.address != address:
            self.seen.changed.append((now, client.name, str(client.address), str(address)))
            self.drop(client)
        client.address, client.server, client.until, client.doing = address, server, until, ""
        self.holders[address] = client
        self.note(client, f"bound {address} by {server}")
        if self.settings.renew is not None:
            self.later(client, self.settings.renew)

    def silence(self, now: float) -> None:
        """Somebody was answered: how long had nobody been, since one asked?"""
        if self.waiting_since and now - self.waiting_since > self.seen.longest_silence:
            self.seen.longest_silence = now - self.waiting_since
            self.seen.silent_from = self.waiting_since
        self.waiting_since = None

    def note(self, client: Client, what: str) -> None:
        """Write down what a client did or got."""
        self.seen.history.setdefault(client.name, []).append((time.time(), what))

    # Packets

    def send(
        self,
        client: Client,
        kind: bytes,
        options: dict[int, bytes] | None = None,
        *,
        to_all: bool = True,
    ) -> None:
        """Send a message; to a client's own server, if not to all."""
        source = client.address or NOBODY
        to, card = EVERYBODY, ALL
        if not to_all or (client.doing == "renew" and client.tries <= REBIND):
            to, card = client.server, self.servers[client.server]
        seconds = int(time.time() - client.began)
        head = struct.pack(
            "!BBBBIHH", 1, 1, 6, 0, client.xid, seconds, 0 if client.address else 1 << 15
        )
        data = head + source.packed + bytes(12) + client.mac + bytes(10 + 192) + MAGIC
        for code, value in ({53: kind} | (options or {}) | {55: b"\x01\x03\x33\x36"}).items():
            data += bytes([code, len(value)]) + value
        udp = struct.pack("!HHHH", 68, 67, 8 + len(data) + 1, 0) + data + b"\xff"
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
        ip += source.packed + to.packed
        ip = ip[:10] + checksum(ip) + ip[12:]
        self.card.send(card + client.mac + struct.pack("!H", IP) + ip + udp)


def checksum(header: bytes) -> bytes:
    """Of an IP header (RFC 791)."""
    total = sum(struct.unpack("!10H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def main(interface: str, settings: str) -> None:
    """Run a population, and print what it saw."""
    population = Population(interface, Settings(**json.loads(settings)))
    print("asking", flush=True)
    population.run()
    print(json.dumps(asdict(population.seen)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
