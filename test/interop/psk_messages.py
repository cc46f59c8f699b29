"""Frames and messages of the chat protocol, written from docs/reference/protocol.md and not from our code."""

import json
import math
import re
import unicodedata

from psk_wire import Refused

FRAME_PAYLOAD = 65_536
TEXT = 4_000


class Frames:
    """Cuts plain bytes into payloads, whatever pieces they come in."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        while len(self.buffer) >= 4:
            length = int.from_bytes(self.buffer[:4], "big")
            if length == 0:
                raise Refused("frame_empty", "a frame without a payload")
            if length > FRAME_PAYLOAD:
                raise Refused("frame_too_large", f"{length} bytes are announced, {FRAME_PAYLOAD} are allowed")
            if len(self.buffer) < 4 + length:
                return
            payload = bytes(self.buffer[4 : 4 + length])
            del self.buffer[: 4 + length]
            yield payload

    def ended(self):
        if self.buffer:
            raise Refused("frame_truncated", "the connection ended inside a frame")


def encode(message):
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if len(payload) > FRAME_PAYLOAD:
        raise ValueError(f"a message of {len(payload)} bytes does not fit into a frame")
    return len(payload).to_bytes(4, "big") + payload


# ---- what the server may say ----


def units(text):
    """Length in UTF-16 code units; a lone surrogate is one."""
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def whole(value):
    return is_number(value) and 0 <= value < 1 << 53 and value == int(value)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def string(least=0, most=None, formed=False):
    def check(value):
        if not isinstance(value, str) or units(value) < least or (most is not None and units(value) > most):
            return False
        return not (formed and re.search("[\ud800-\udfff]", value))

    return check


def one_of(*values):
    return lambda value: isinstance(value, str) and value in values


def list_of(check):
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


def objects(fields):
    return list_of(lambda item: isinstance(item, dict) and wrong_field(fields, item) is None)


ANY = string()
TRUE = lambda value: value is True  # noqa: E731
FLAG = lambda value: isinstance(value, bool)  # noqa: E731
ROOM = string(1, 33, formed=True)
REF = string(1, 64, formed=True)
SAID = string(1, TEXT, formed=True)
REASON = string(1, 200, formed=True)
NAMES = list_of(ANY)
ROLE = one_of("guest", "user", "moderator", "admin")
STATE = one_of("here", "away")
ACCESS = one_of("public", "invite")
EVENT = one_of(
    *"muted unmuted kicked banned unbanned locked unlocked slowed removed uninvited role".split()
)

# A name that ends with "?" may be left out.
STORED = {
    "id": whole, "from": ANY, "account?": TRUE, "text": string(0, TEXT), "ts": whole, "via": ANY,
    "reply_to?": whole, "edited?": whole, "deleted?": TRUE,
}  # fmt: skip
SERVER_MESSAGES = {
    "welcome": {
        "protocol": is_number, "server": ANY, "wire": one_of("plain", "psk", "tls", "tls+psk"), "name": ANY,
        "room": ANY, "members": NAMES, "count": whole, "tapped?": TRUE, "text": ANY,
    },
    "pong": {"ref?": REF},
    "done": {"ref?": REF, "of": ANY, "text": ANY},
    "error": {
        "code": ANY, "message": ANY, "fatal": FLAG, "expected?": ANY, "got?": ANY, "ref?": REF, "room?": ANY,
        "suggestions?": NAMES, "retry_after?": whole,
    },
    "bye": {"reason": ANY, "text": ANY},
    "joined": {
        "room": ROOM, "name": ANY, "token?": ANY, "members": NAMES, "count": whole, "messages": objects(STORED),
        "more": FLAG, "changed?": whole, "more_changed?": TRUE,
    },
    "left": {"room": ROOM, "reason?": ANY},
    "member_joined": {"room": ROOM, "name": ANY, "via": ANY},
    "member_left": {"room": ROOM, "name": ANY},
    "members_changed": {
        "room": ROOM, "count": whole, "joined?": objects({"name": ANY, "via": ANY}), "left?": NAMES,
        "joined_count?": whole, "left_count?": whole,
    },
    "renamed": {"name": ANY, "now": ANY, "you?": TRUE},
    "message": {
        "id": whole, "room": ROOM, "from": ANY, "account?": TRUE, "text": SAID, "ts": whole, "via": ANY,
        "reply_to?": whole,
    },
    "ack": {"ref?": REF, "id": whole, "room": ROOM, "ts": whole},
    "edited": {
        "ref?": REF, "room": ROOM, "id": whole, "text": SAID, "edited": whole, "by": ANY, "change?": whole,
    },
    "deleted": {"ref?": REF, "room": ROOM, "id": whole, "by": ANY, "change?": whole},
    "history": {"room": ROOM, "messages": objects(STORED), "more": FLAG},
    "found": {"ref?": REF, "messages": objects({**STORED, "room": ROOM}), "more": FLAG},
    "rooms": {
        "rooms": objects(
            {"name": ANY, "members": is_number, "access?": ACCESS, "locked?": TRUE, "slow?": whole}
        ),
    },
    "invited": {"room": ROOM, "by": ANY},
    "members": {
        "ref?": REF, "room": ROOM, "count": whole,
        "members": objects({"name": ANY, "role": ROLE, "presence": STATE, "via": ANY}),
    },
    "presence": {"name": ANY, "state": STATE},
    "typing": {"room": ROOM, "name": ANY},
    "unread": {"ref?": REF, "rooms": objects({"room": ROOM, "unread": whole, "read": whole, "last": whole})},
    "auth_required": {
        "mode": one_of("guests", "optional", "required"), "allowed": FLAG, "register": FLAG, "text": ANY,
    },
    "auth_success": {
        "ref?": REF, "name": ANY, "role": ROLE, "token": ANY, "session": ANY, "expires": whole, "device?": ANY,
        "second_factor": FLAG, "recovery_left?": whole,
    },
    "second_factor_required": {"ref?": REF},
    "auth_failed": {"ref?": REF, "code": ANY, "message": ANY, "retry_after?": whole, "suggestions?": NAMES},
    "sessions": {
        "ref?": REF,
        "sessions": objects({
            "id": ANY, "created": whole, "seen": whole, "via": ANY, "address": ANY, "connected": FLAG,
            "current": FLAG,
        }),
    },
    "totp": {"ref?": REF, "secret": ANY, "uri": ANY},
    "recovery_codes": {"ref?": REF, "codes": NAMES},
    "notice": {
        "event": EVENT, "room?": ROOM, "name?": ANY, "by": ANY, "until?": whole, "seconds?": whole, "role?": ROLE,
        "reason?": REASON, "ts": whole, "text": ANY,
    },
    "bans": {
        "ref?": REF,
        "bans": objects({
            "kind": one_of("ban", "mute"), "name?": ANY, "address?": ANY, "room?": ANY, "by": ANY,
            "reason?": REASON, "ts": whole, "until?": whole,
        }),
    },
}  # fmt: skip
SECRET = {
    "joined": ["token"],
    "auth_success": ["token", "device"],
    "totp": ["secret", "uri"],
    "recovery_codes": ["codes"],
}


def wrong_field(fields, message):
    """The name of the first field that is missing or not as its table says, or None."""
    for name, check in fields.items():
        optional, key = name.endswith("?"), name.rstrip("?")
        if key not in message:
            if not optional:
                return key
        elif not check(message[key]):
            return key
    return None


def decode(payload):
    """One message of the server, with every field checked."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("bad_utf8", "the payload is not well-formed UTF-8") from None
    try:
        message = json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Refused("bad_json", "the payload is not JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Refused("bad_message", "the payload is not an object with a type")
    fields = SERVER_MESSAGES.get(message["type"])
    if fields is None:
        raise Refused("unknown_type", f"the server sent {message['type'][:40]!a}")
    wrong = wrong_field(fields, message)
    if wrong is not None:
        raise Refused("bad_message", f"{wrong} of {message['type']} is not as its table says")
    return message


def no_constant(name):
    raise ValueError(name)


def without_secrets(message):
    hidden = SECRET.get(message["type"], [])
    return {name: "(secret)" if name in hidden else value for name, value in message.items()}


# ---- what a client may say ----

PDF, PDI = "\u202c", "\u2069"
OVERRIDES = "\u202d\u202e"
CLOSERS = {**dict.fromkeys("\u202a\u202b" + OVERRIDES, PDF), **dict.fromkeys("\u2066\u2067\u2068", PDI)}


def clean(text):
    """The text as it may be sent. Whether anything in it can be seen is left to the server."""
    text = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    whole_lines = fewer_marks("\n".join(map(closed, text.split("\n"))))
    if units(whole_lines) <= TEXT:
        return whole_lines
    return fewer_marks(re.sub("[\u202a-\u202e\u2066-\u2069]", "", text))


def fewer_marks(text):
    out, marks = [], 0
    for c in text:
        category = unicodedata.category(c)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > 8:
                continue
        elif category not in ("Mc", "Cf"):
            marks = 0
        out.append(c)
    return "".join(out)


def closed(line):
    """The line with everything closed that is opened in it, and nothing else. Overrides go, with what closes them."""
    out, stack = [], []

    def close_from(at):
        out.extend(CLOSERS[opener] for opener in reversed(stack[at:]) if opener not in OVERRIDES)
        del stack[at:]

    for c in line:
        if c in CLOSERS:
            stack.append(c)
            if c not in OVERRIDES:
                out.append(c)
        elif c == PDF:
            if stack and CLOSERS[stack[-1]] == PDF:
                close_from(len(stack) - 1)
        elif c == PDI:
            isolates = [at for at, opener in enumerate(stack) if CLOSERS[opener] == PDI]
            if isolates:
                close_from(isolates[-1])
        else:
            out.append(c)
    close_from(0)
    return "".join(out)
