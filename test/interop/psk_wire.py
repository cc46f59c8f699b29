"""The client's side of the psk wire, version 1, written from docs/reference/psk-wire.md and not from our code.

Nothing here knows of sockets: bytes go in, records and plain bytes come out. Only the sound suites are spoken.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC

HEADER = 12
CLIENT_HELLO, SERVER_HELLO, CLIENT_FINISHED, ALERT, DATA = 0x01, 0x02, 0x03, 0x15, 0x17
TYPES = (CLIENT_HELLO, SERVER_HELLO, CLIENT_FINISHED, ALERT, DATA)
VERSION = 1
HANDSHAKE_BODY = 512
PLAIN = 65_536
RECORDS_PER_KEY = 1 << 24

ALERTS = {
    0x00: "done",
    0x01: "not_psk",
    0x02: "unsupported_version",
    0x03: "no_common_suite",
    0x04: "unknown_key_id",
    0x05: "key_confirmation_failed",
    0x06: "record_too_large",
    0x07: "record_truncated",
    0x08: "record_malformed",
    0x09: "unexpected_record",
    0x0A: "record_replayed",
    0x0B: "record_out_of_order",
    0x0C: "bad_record_mac",
    0x0D: "sequence_exhausted",
    0x0E: "handshake_timeout",
    0x0F: "bad_padding",
}
ALERT_BYTES = {code: byte for byte, code in ALERTS.items()}


class Refused(Exception):
    """Something is not as the specification demands. `code` is the error code."""

    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


class PeerAlert(Exception):
    """The peer has ended the connection with an alert. `code` is "done" for an orderly end."""

    def __init__(self, code, sealed):
        super().__init__(f"{code}: the server says so in {'a sealed' if sealed else 'an unsealed'} alert")
        self.code = code


def header(kind, length, sequence):
    return bytes([kind]) + length.to_bytes(3, "big") + sequence.to_bytes(8, "big")


# ---- suites: body_length(plain length), seal and open under (key, iv, sequence number, header) ----


def counted_nonce(iv, n):
    return bytes(a ^ b for a, b in zip(iv, bytes(4) + n.to_bytes(8, "big")))


class Aead:
    """aes-256-gcm and chacha20-poly1305: the nonce is counted and never sent."""

    key, iv = 32, 12

    def __init__(self, cipher):
        self.cipher = cipher

    def body_length(self, plain):
        return plain + 16

    def seal(self, key, iv, n, aad, plain):
        return self.cipher(key).encrypt(counted_nonce(iv, n), plain, aad)

    def open(self, key, iv, n, aad, body):
        if len(body) < 16:
            raise InvalidTag
        return self.cipher(key).decrypt(counted_nonce(iv, n), body, aad)


class Eax:
    key, iv = 32, 0

    def body_length(self, plain):
        return plain + 32

    def seal(self, key, iv, n, aad, plain):
        nonce = os.urandom(16)
        ciphertext = self.ctr(key, self.omac(key, 0, nonce), plain)
        return nonce + self.tag(key, nonce, aad, ciphertext) + ciphertext

    def open(self, key, iv, n, aad, body):
        nonce, tag, ciphertext = body[:16], body[16:32], body[32:]
        if len(body) < 32 or not hmac.compare_digest(tag, self.tag(key, nonce, aad, ciphertext)):
            raise InvalidTag
        return self.ctr(key, self.omac(key, 0, nonce), ciphertext)

    def omac(self, key, t, message):
        mac = CMAC(algorithms.AES(key))
        mac.update(bytes(15) + bytes([t]) + message)
        return mac.finalize()

    def tag(self, key, nonce, aad, ciphertext):
        parts = (self.omac(key, 0, nonce), self.omac(key, 1, aad), self.omac(key, 2, ciphertext))
        return bytes(a ^ b ^ c for a, b, c in zip(*parts))

    def ctr(self, key, counter, data):
        coder = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
        return coder.update(data) + coder.finalize()


class CbcHmac:
    key, iv = 64, 0

    def body_length(self, plain):
        return 16 + (plain // 16 + 1) * 16 + 32

    def seal(self, key, iv, n, aad, plain):
        fresh = os.urandom(16)
        padding = 16 - len(plain) % 16
        coder = Cipher(algorithms.AES(key[32:]), modes.CBC(fresh)).encryptor()
        ciphertext = coder.update(plain + bytes([padding]) * padding) + coder.finalize()
        return fresh + ciphertext + self.tag(key, aad, fresh + ciphertext)

    def open(self, key, iv, n, aad, body):
        sealed, tag = body[:-32], body[-32:]
        whole = len(body) >= 64 and len(body) % 16 == 0
        if not whole or not hmac.compare_digest(tag, self.tag(key, aad, sealed)):
            raise InvalidTag
        coder = Cipher(algorithms.AES(key[32:]), modes.CBC(sealed[:16])).decryptor()
        padded = coder.update(sealed[16:]) + coder.finalize()
        padding = padded[-1]
        if not 1 <= padding <= 16 or padded[-padding:] != bytes([padding]) * padding:
            raise InvalidTag
        return padded[:-padding]

    def tag(self, key, aad, sealed):
        bits = (len(aad) * 8).to_bytes(8, "big")
        return hmac.digest(key[:32], aad + sealed + bits, "sha256")


SUITES = {
    "aes-256-gcm": (0x01, Aead(AESGCM)),
    "aes-256-eax": (0x02, Eax()),
    "aes-256-cbc-hmac-sha256": (0x03, CbcHmac()),
    "chacha20-poly1305": (0x04, Aead(ChaCha20Poly1305)),
}


# ---- key schedule ----


def hkdf_extract(salt, ikm):
    return hmac.digest(salt, ikm, "sha256")


def hkdf_expand(prk, info, length):
    out, block, i = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([i]), "sha256")
        out, i = out + block, i + 1
    return out[:length]


class Direction:
    """Seals or opens the records of one direction, counting them from 0."""

    def __init__(self, suite, key, iv):
        self.suite, self.key, self.iv, self.n = suite, key, iv, 0

    def seal(self, kind, plain):
        if self.n >= RECORDS_PER_KEY:
            raise Refused("sequence_exhausted", "this side has sealed as many records as its key may")
        head = header(kind, self.suite.body_length(len(plain)), self.n)
        body = self.suite.seal(self.key, self.iv, self.n, head, plain)
        self.n += 1
        return head + body

    def open(self, head, body):
        n = int.from_bytes(head[4:12], "big")
        if n < self.n:
            raise Refused("record_replayed", f"record {n} came where {self.n} was due")
        if n > self.n:
            raise Refused("record_out_of_order", f"record {n} came where {self.n} was due")
        if n >= RECORDS_PER_KEY:
            raise Refused("sequence_exhausted", "the server went on after its key was used up")
        try:
            plain = self.suite.open(self.key, self.iv, n, head, body)
        except InvalidTag:
            raise Refused("bad_record_mac", f"record {n} does not open") from None
        self.n += 1
        return plain


class Records:
    """Cuts a stream into records and refuses each as soon as it can be known that it will be refused."""

    def __init__(self):
        self.buffer = bytearray()

    def next(self, cap):
        """The next whole record as (header, body), or None while more bytes are needed."""
        if self.buffer and self.buffer[0] not in TYPES:
            raise Refused("not_psk", f"0x{self.buffer[0]:02x} is no type of record")
        if len(self.buffer) < HEADER:
            return None
        length = int.from_bytes(self.buffer[1:4], "big")
        if length > cap:
            raise Refused("record_too_large", f"{length} bytes are announced, {cap} are allowed")
        if len(self.buffer) < HEADER + length:
            return None
        record = bytes(self.buffer[: HEADER + length])
        del self.buffer[: HEADER + length]
        return record[:HEADER], record[HEADER:]


class ClientChannel:
    """What a client does on the psk wire. `start`, `seal` and `alert` return bytes for the wire, and `feed` takes its bytes."""

    def __init__(self, key_id, psk, suite="aes-256-gcm"):
        self.key_id, self.psk = key_id.encode("utf-8"), psk
        self.suite_byte, self.suite = SUITES[suite]
        self.nonce = os.urandom(32)
        self.records = Records()
        self.sending = self.receiving = None
        self.over = False

    def start(self):
        body = bytes([VERSION]) + self.nonce + bytes([1, self.suite_byte])
        body += bytes([len(self.key_id)]) + self.key_id
        self.hello = header(CLIENT_HELLO, len(body), 0) + body
        return self.hello

    def feed(self, data):
        """Yields ("send", bytes for the wire) and ("data", plain bytes). Raises Refused and PeerAlert."""
        self.records.buffer += data
        while True:
            cap = HANDSHAKE_BODY if self.receiving is None else self.suite.body_length(PLAIN)
            record = self.records.next(cap)
            if record is None:
                return
            yield ("send", self.answer(*record)) if self.receiving is None else ("data", self.opened(*record))

    def ended(self):
        """The stream has ended without an alert of the server: in order only after one of this side."""
        if self.over:
            raise PeerAlert("done", sealed=False)
        raise Refused("record_truncated", "the stream ended without an alert")

    def seal(self, data):
        return b"".join(self.sending.seal(DATA, data[i : i + PLAIN]) for i in range(0, len(data), PLAIN))

    def alert(self, code):
        """The last record of this side. A code without a byte of its own ends the connection with 0x00."""
        self.over = True
        body = bytes([ALERT_BYTES.get(code, 0x00)])
        if self.sending is None:
            return header(ALERT, 1, 0) + body
        return self.sending.seal(ALERT, body) if self.sending.n < RECORDS_PER_KEY else b""

    def answer(self, head, body):
        """Checks the server hello, takes the keys into use and returns client finished."""
        if any(head[4:12]):
            raise Refused("record_malformed", "a record of the handshake has a sequence number")
        if head[0] == ALERT:
            raise PeerAlert(alert_code(body), sealed=False)
        if head[0] != SERVER_HELLO:
            raise Refused("unexpected_record", f"0x{head[0]:02x} came where the server hello was due")
        if len(body) != 66:
            raise Refused("record_malformed", f"a server hello of {len(body)} bytes")
        if body[0] != VERSION:
            raise Refused("unsupported_version", f"the server chose version {body[0]}")
        if body[33] != self.suite_byte:
            raise Refused("no_common_suite", f"the server chose suite 0x{body[33]:02x}, which was not offered")
        return self.finish(head + body[:34], server_nonce=body[1:33], confirm=body[34:])

    def finish(self, hello_s, server_nonce, confirm):
        hellos = self.hello + hello_s
        prk = hkdf_extract(self.nonce + server_nonce, self.psk)
        bound = b"\x00" + hashlib.sha256(hellos).digest()

        def derive(label, length):
            return hkdf_expand(prk, b"wireglass psk1 " + label + bound, length)

        wanted = hmac.digest(derive(b"server confirm", 32), hashlib.sha256(hellos).digest(), "sha256")
        if not hmac.compare_digest(confirm, wanted):
            raise Refused("key_confirmation_failed", "the server does not hold the same key")
        suite = self.suite
        self.sending = Direction(suite, derive(b"c2s key", suite.key), derive(b"c2s iv", suite.iv))
        self.receiving = Direction(suite, derive(b"s2c key", suite.key), derive(b"s2c iv", suite.iv))
        body = hmac.digest(derive(b"client confirm", 32), hashlib.sha256(hellos + confirm).digest(), "sha256")
        return header(CLIENT_FINISHED, len(body), 0) + body

    def opened(self, head, body):
        plain = self.receiving.open(head, body)
        if head[0] == ALERT:
            raise PeerAlert(alert_code(plain), sealed=True)
        if head[0] != DATA:
            raise Refused("unexpected_record", f"a sealed record of type 0x{head[0]:02x}")
        return plain


def alert_code(body):
    if len(body) != 1:
        raise Refused("record_malformed", f"an alert of {len(body)} bytes")
    return ALERTS.get(body[0], "internal")
