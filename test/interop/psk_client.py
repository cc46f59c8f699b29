"""A chat client on the psk wire, written from docs/reference/psk-wire.md and docs/reference/protocol.md.

It needs Python 3.9 and the package `cryptography`, and shares no code with the server.

    psk_client.py HOST PORT --key-file FILE [--key-id ID] [--suite SUITE] [--room ROOM]
                  [--account NAME --password-file FILE | --name GUEST]

A key file is as the server writes it. `--password-file -` takes the first line of standard input. Then standard
input has one command per line: `say TEXT`, `quit`, or a whole message as a JSON object. Every message of the server
is printed as one line of JSON, with its secrets hidden. The exit code is 0 after an orderly end, and 1 otherwise.
"""

import argparse
import json
import os
import re
import select
import socket
import sys
import time
from datetime import datetime, timezone

from psk_messages import TEXT, Frames, clean, decode, encode, units, without_secrets
from psk_wire import SUITES, ClientChannel, PeerAlert, Refused

# Seconds until a server that does not answer is given up: before the room is entered, and after `quit`.
PATIENCE = 60


class Failed(Exception):
    """The conversation cannot go on, although the server did nothing wrong on the wire."""


class Lines:
    """Whole lines of standard input, read in a way that goes together with select."""

    def __init__(self):
        self.buffer, self.open = b"", True

    def read(self):
        data = os.read(0, 65_536)
        self.open = bool(data)
        self.buffer += data

    def take(self):
        """The next line, or None. At the end of the input, what is left is a line too."""
        if b"\n" not in self.buffer and (self.open or not self.buffer):
            return None
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "replace")


class Client:
    def __init__(self, options, password, sock, lines):
        self.options, self.password, self.sock, self.lines = options, password, sock, lines
        self.channel = ClientChannel(options.key_id, options.psk, options.suite)
        self.frames = Frames()
        self.stage = "greeting"  # greeting, login, joining, in the room, leaving
        self.unanswered = set()
        self.sent = 0
        self.failure = None

    def run(self):
        self.sock.sendall(self.channel.start())
        deadline = time.monotonic() + PATIENCE
        while True:
            if self.stage == "in the room":
                self.obey()
                deadline = time.monotonic() + PATIENCE
            self.wait(deadline)

    def wait(self, deadline):
        watched = [self.sock]
        reads = self.stage == "in the room" and self.lines.open
        timeout = None if self.stage == "in the room" and not self.quitting() else deadline - time.monotonic()
        ready, _, _ = select.select(watched + [0] * reads, [], [], timeout and max(0, timeout))
        if not ready:
            raise Failed("the server does not answer")
        if 0 in ready:
            self.lines.read()
        if self.sock in ready:
            self.take(self.sock.recv(65_536))

    # -- from the server --

    def take(self, data):
        if not data:
            self.channel.ended()
        for kind, value in self.channel.feed(data):
            if kind == "send":
                self.sock.sendall(value)
                continue
            for payload in self.frames.feed(value):
                self.hear(decode(payload))

    def hear(self, message):
        print(json.dumps(without_secrets(message)), flush=True)
        if self.stage == "greeting" and message["type"] != "welcome" and not is_fatal(message):
            raise Refused("bad_message", f"{message['type']} came before welcome")
        self.unanswered.discard(message.get("ref"))
        handler = getattr(self, "on_" + message["type"], None)
        if handler is not None:
            handler(message)

    def on_welcome(self, message):
        if self.stage != "greeting":
            raise Refused("bad_message", "a second welcome")
        if message["wire"] != "psk":
            raise Refused("bad_message", f"the server takes this wire for {message['wire']}")
        if self.options.account is None:
            return self.join()
        # This wire protects the password, so there is no need to wait for auth_required, which may never come.
        self.stage = "login"
        self.say({"type": "login", "name": self.options.account, "password": self.password, "ref": "login"})

    def on_auth_success(self, message):
        if self.stage == "login":
            self.join()

    def on_auth_failed(self, message):
        if self.stage == "login":
            raise Failed(f"{message['code']}: {message['message']}")

    def on_second_factor_required(self, message):
        raise Failed("the account has a second factor, which this client does not give")

    def on_joined(self, message):
        if self.stage == "joining":
            self.stage = "in the room"

    def on_error(self, message):
        if message["fatal"]:
            self.failure = f"{message['code']}: {message['message']}"
        elif self.stage in ("login", "joining"):
            raise Failed(f"{message['code']}: {message['message']}")

    def on_bye(self, message):
        if message["reason"] != "done":
            self.failure = f"{message['reason']}: {message['text']}"

    def join(self):
        self.stage = "joining"
        asked = {"room": self.options.room, "name": self.options.name}
        self.say({"type": "join", **{key: value for key, value in asked.items() if value is not None}})

    # -- to the server --

    def say(self, message):
        self.sock.sendall(self.channel.seal(encode(message)))

    def obey(self):
        """Carries out the commands that are there. After `quit`, what was said is waited for first."""
        while not self.quitting():
            line = self.lines.take()
            if line is None:
                return
            if line == "quit":
                self.lines.open, self.lines.buffer = False, b""
            elif line.strip():
                self.command(line)
        if not self.unanswered:
            self.leave()

    def quitting(self):
        return not self.lines.open and not self.lines.buffer

    def command(self, line):
        try:
            message = as_message(line)
            frame = encode(message)
        except ValueError as error:
            print(f"psk_client: not sent: {error}", file=sys.stderr, flush=True)
            return
        if message["type"] == "say" and "ref" not in message:
            self.sent += 1
            message["ref"] = f"python-{self.sent}"
            self.unanswered.add(message["ref"])
            frame = encode(message)
        self.sock.sendall(self.channel.seal(frame))

    def leave(self):
        self.say({"type": "bye"})
        self.end("done")
        self.stage = "leaving"

    def end(self, code):
        """The alert is the last thing this side says; what the server is still saying is read on."""
        self.sock.sendall(self.channel.alert(code))
        self.sock.shutdown(socket.SHUT_WR)


def is_fatal(message):
    return message["type"] == "bye" or (message["type"] == "error" and message["fatal"])


def as_message(line):
    if line.startswith("say "):
        text = clean(line[4:])
        if not 1 <= units(text) <= TEXT:
            raise ValueError(f"a text has 1 to {TEXT} UTF-16 units, not {units(text)}")
        return {"type": "say", "text": text}
    if not line.startswith("{"):
        raise ValueError("commands are `say TEXT`, `quit` and JSON objects")
    message = json.loads(line)
    if not isinstance(message.get("type"), str):
        raise ValueError("the object has no type")
    return message


def converse(client):
    """Runs the client to its end. Returns None after an orderly one, else what to say about it."""
    try:
        client.run()
    except PeerAlert as alert:
        if alert.code != "done":
            return str(alert)
        if client.stage != "leaving":
            close_too(client, "done")
        try:
            client.frames.ended()
        except Refused as refused:
            return str(refused)
        return client.failure or (None if client.stage in ("in the room", "leaving") else "the server ended it")
    except Refused as refused:
        close_too(client, refused.code)
        return str(refused)
    except Failed as failed:
        close_too(client, "done")
        return str(failed)


def close_too(client, code):
    """Ends this side, and reads to the end of the stream so that unread bytes do not destroy the alert."""
    try:
        client.end(code)
        client.sock.settimeout(PATIENCE)
        while client.sock.recv(65_536):
            pass
    except OSError:
        pass


def read_keys(path):
    """Keys by their id, in the order of the file, without those that have expired."""
    keys = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate((raw.strip() for raw in file), 1):
            if not line or line.startswith("#"):
                continue
            key_id, psk, until = read_key(number, line)
            if key_id in keys:
                raise ValueError(f"line {number}: this key id is there twice")
            keys[key_id] = (psk, until)
    now = datetime.now(timezone.utc)
    return {key_id: psk for key_id, (psk, until) in keys.items() if until is None or until > now}


def read_key(number, line):
    """Key id, key and end of one line. The message of an error never repeats the key."""
    pair, *rest = re.split(r"\s+until=", line)
    key_id, _, digits = (part.strip() for part in pair.rpartition(":"))
    if not 1 <= len(key_id.encode("utf-8")) <= 64 or not re.fullmatch("([0-9a-fA-F]{2}){32,}", digits):
        raise ValueError(f"line {number}: expected a key id of 1 to 64 bytes, a colon, and 32 bytes or more in hex")
    if len(rest) > 1:
        raise ValueError(f"line {number}: expected one until=")
    return key_id, bytes.fromhex(digits), as_time(rest[0]) if rest else None


def as_time(text):
    # Until version 3.11, Python does not know that Z is UTC.
    time_of = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
    return time_of if time_of.tzinfo else time_of.replace(tzinfo=timezone.utc)


def read_password(path, lines):
    if path != "-":
        with open(path, encoding="utf-8", newline="") as file:
            return file.read().rstrip("\r\n")
    while True:
        line = lines.take()
        if line is not None or not lines.open:
            return line or ""
        lines.read()


def arguments():
    parser = argparse.ArgumentParser(description="A chat client on the psk wire.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--key-file", required=True)
    parser.add_argument("--key-id", help="which key of the file; the first valid one by default")
    parser.add_argument("--suite", choices=SUITES, default="aes-256-gcm")
    parser.add_argument("--room")
    parser.add_argument("--name", help="the name of a guest")
    parser.add_argument("--account")
    parser.add_argument("--password-file", help="the file with the password, or - for the first line of stdin")
    options = parser.parse_args()
    if (options.account is None) != (options.password_file is None):
        parser.error("--account and --password-file go together")
    try:
        keys = read_keys(options.key_file)
    except (OSError, ValueError) as error:
        parser.error(f"{options.key_file}: {error}")
    if options.key_id is None:
        options.key_id = next(iter(keys), None)
    if options.key_id not in keys:
        parser.error(f"{options.key_file}: there is no such valid key")
    options.psk = keys[options.key_id]
    return options


def main():
    options = arguments()
    lines = Lines()
    password = read_password(options.password_file, lines) if options.password_file else None
    try:
        with socket.create_connection((options.host, options.port), timeout=PATIENCE) as sock:
            sock.settimeout(None)
            problem = converse(Client(options, password, sock, lines))
    except OSError as error:
        problem = str(error)
    if problem is None:
        return 0
    print(f"psk_client: {problem}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
