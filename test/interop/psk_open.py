#!/usr/bin/env python3
"""The psk wire, written from docs/reference/psk-wire.md alone, with the `cryptography` package.

Reads one JSON object from standard input (a shared key does not belong in argv) and prints one:

    {"psk": hex, "c2s": hex, "s2c": hex, "seal": [{"dir": "c2s", "type": 23, "sequence": 0, "plain": hex}]}

A record that is sealed in a suite without numbers has `sequence` 0.

`c2s` and `s2c` are all bytes that crossed the wire in that direction. It derives the session's keys, checks both
confirmations, opens every record, and seals what `seal` asks for under the same keys.
"""

import hashlib
import hmac
import json
import os
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CLIENT_HELLO, SERVER_HELLO, CLIENT_FINISHED, ALERT, DATA = 0x01, 0x02, 0x03, 0x15, 0x17


class Unexpected(Exception):
    pass


def records(stream):
    """(type, sequence, header, body) of each record of one direction."""
    at = 0
    while at < len(stream):
        header = stream[at : at + 12]
        if len(header) < 12:
            raise Unexpected("a header is cut off")
        kind = header[0]
        length = int.from_bytes(header[1:4], "big")
        (sequence,) = struct.unpack(">Q", header[4:12])
        body = stream[at + 12 : at + 12 + length]
        if len(body) < length:
            raise Unexpected("a body is cut off")
        yield kind, sequence, header, body
        at += 12 + length


def parse_client_hello(body):
    version, nonce = body[0], body[1:33]
    suites_end = 34 + body[33]
    suites = body[34:suites_end]
    key_id = body[suites_end + 1 : suites_end + 1 + body[suites_end]]
    if suites_end + 1 + len(key_id) != len(body):
        raise Unexpected("client hello of a wrong length")
    return version, nonce, suites, key_id


def parse_server_hello(body):
    if len(body) != 1 + 32 + 1 + 32:
        raise Unexpected("server hello of a wrong length")
    return body[0], body[1:33], body[33], body[34:]


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac_sha256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def key_schedule(suite, psk, client_nonce, server_nonce, hellos):
    salt = b"" if suite.static else client_nonce + server_nonce
    prk = hmac_sha256(salt, psk)  # HKDF-Extract, RFC 5869 section 2.2

    def expand(label, length, context=sha256(hellos)):
        info = label.encode("ascii") + b"\x00" + context
        return HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(prk) if length else b""

    def direction(name):
        if suite.static:
            name, context = "static", bytes([suite.byte])
        else:
            context = sha256(hellos)
        return (
            expand(f"wireglass psk1 {name} key", suite.key_length, context),
            expand(f"wireglass psk1 {name} iv", suite.iv_length, context),
        )

    return {
        "prk": prk,
        "c2s": direction("c2s"),
        "s2c": direction("s2c"),
        "server confirm": expand("wireglass psk1 server confirm", 32),
        "client confirm": expand("wireglass psk1 client confirm", 32),
    }


def nonce_of(iv, sequence):
    counter = bytes(4) + struct.pack(">Q", sequence)
    return bytes(a ^ b for a, b in zip(iv, counter))


def aes(key, mode):
    return Cipher(algorithms.AES(key), mode)


def run(context, data):
    return context.update(data) + context.finalize()


def pad(plain):
    missing = 16 - len(plain) % 16
    return plain + bytes([missing]) * missing


def unpad(padded):
    count = padded[-1]
    if not 1 <= count <= 16 or padded[-count:] != bytes([count]) * count:
        raise InvalidTag
    return padded[:-count]


def omac(key, domain, message):
    mac = CMAC(algorithms.AES(key))
    mac.update(bytes(15) + bytes([domain]) + message)
    return mac.finalize()


class Suite:
    """What the suites have in common: numbered records under keys of the session."""

    static = False
    key_length, iv_length = 32, 0
    padded = False
    overhead = 32

    def sealed_length(self, plain):
        return self.overhead + len(pad(plain) if self.padded else plain)


class CountedAead(Suite):
    """aes-256-gcm and chacha20-poly1305: the nonce is the iv XOR the record's number."""

    iv_length, overhead = 12, 16

    def __init__(self, aead):
        self.aead = aead

    def seal(self, key, iv, sequence, header, plain):
        return self.aead(key).encrypt(nonce_of(iv, sequence), plain, header)

    def open(self, key, iv, sequence, header, body):
        return self.aead(key).decrypt(nonce_of(iv, sequence), body, header)


class Eax(Suite):
    def tag(self, key, nonce, header, ciphertext):
        parts = [omac(key, 0, nonce), omac(key, 1, header), omac(key, 2, ciphertext)]
        return bytes(a ^ b ^ c for a, b, c in zip(*parts))

    def ctr(self, key, nonce, data):
        return run(aes(key, modes.CTR(omac(key, 0, nonce))).encryptor(), data)

    def seal(self, key, iv, sequence, header, plain):
        nonce = os.urandom(16)
        ciphertext = self.ctr(key, nonce, plain)
        return nonce + self.tag(key, nonce, header, ciphertext) + ciphertext

    def open(self, key, iv, sequence, header, body):
        nonce, tag, ciphertext = body[:16], body[16:32], body[32:]
        if not hmac.compare_digest(tag, self.tag(key, nonce, header, ciphertext)):
            raise InvalidTag
        return self.ctr(key, nonce, ciphertext)


class Cbc(Suite):
    static, padded, overhead = True, True, 16

    def seal(self, key, iv, sequence, header, plain):
        iv = os.urandom(16)
        return iv + run(aes(key, modes.CBC(iv)).encryptor(), pad(plain))

    def open(self, key, iv, sequence, header, body):
        return unpad(run(aes(key, modes.CBC(body[:16])).decryptor(), body[16:]))


class CbcHmac(Suite):
    key_length, padded, overhead = 64, True, 48

    def tag(self, key, header, sent):
        bits = struct.pack(">Q", 8 * len(header))
        return hmac_sha256(key[:32], header + sent + bits)

    def seal(self, key, iv, sequence, header, plain):
        sent = Cbc().seal(key[32:], iv, sequence, header, plain)
        return sent + self.tag(key, header, sent)

    def open(self, key, iv, sequence, header, body):
        if not hmac.compare_digest(body[-32:], self.tag(key, header, body[:-32])):
            raise InvalidTag
        return Cbc().open(key[32:], iv, sequence, header, body[:-32])


class GcmStatic(Suite):
    static, overhead = True, 28

    def seal(self, key, iv, sequence, header, plain):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, header)

    def open(self, key, iv, sequence, header, body):
        return AESGCM(key).decrypt(body[:12], body[12:], header)


class CtrFixedNonce(Suite):
    static, iv_length, overhead = True, 16, 16

    def seal(self, key, iv, sequence, header, plain):
        return iv + run(aes(key, modes.CTR(iv)).encryptor(), plain)

    def open(self, key, iv, sequence, header, body):
        return run(aes(key, modes.CTR(body[:16])).decryptor(), body[16:])


class GcmFixedNonce(Suite):
    iv_length, overhead = 12, 28

    def seal(self, key, iv, sequence, header, plain):
        return iv + AESGCM(key).encrypt(iv, plain, header)

    def open(self, key, iv, sequence, header, body):
        return AESGCM(key).decrypt(body[:12], body[12:], header)


SUITES = {
    0x01: CountedAead(AESGCM),
    0x02: Eax(),
    0x03: CbcHmac(),
    0x04: CountedAead(ChaCha20Poly1305),
    0x81: Cbc(),
    0x82: GcmStatic(),
    0x83: CtrFixedNonce(),
    0x84: GcmFixedNonce(),
}


for byte, suite in SUITES.items():
    suite.byte = byte


def header_of(kind, length, sequence):
    return bytes([kind]) + length.to_bytes(3, "big") + struct.pack(">Q", sequence)


def seal(suite, keys, direction, kind, sequence, plain):
    header = header_of(kind, suite.sealed_length(plain), sequence)
    return header + suite.seal(*keys[direction], sequence, header, plain)


def open_all(suite, keys, direction, sealed):
    opened = []
    for expected, (kind, sequence, header, body) in enumerate(sealed):
        if sequence != (0 if suite.static else expected):
            raise Unexpected(f"record {sequence} where {expected} was due")
        plain = suite.open(*keys[direction], sequence, header, body)
        opened.append({"type": kind, "sequence": sequence, "plain": plain.hex()})
    return opened


def main():
    given = json.load(sys.stdin)
    c2s = list(records(bytes.fromhex(given["c2s"])))
    s2c = list(records(bytes.fromhex(given["s2c"])))
    if [c2s[0][0], c2s[1][0], s2c[0][0]] != [CLIENT_HELLO, CLIENT_FINISHED, SERVER_HELLO]:
        raise Unexpected("no handshake")

    version, client_nonce, suites, key_id = parse_client_hello(c2s[0][3])
    answer, server_nonce, chosen, server_confirm = parse_server_hello(s2c[0][3])
    if version != 1 or answer != 1 or chosen not in SUITES or chosen not in suites:
        raise Unexpected("another version or suite")

    hellos = c2s[0][2] + c2s[0][3] + s2c[0][2] + s2c[0][3][:-32]
    suite = SUITES[chosen]
    keys = key_schedule(suite, bytes.fromhex(given["psk"]), client_nonce, server_nonce, hellos)
    expected_server = hmac_sha256(keys["server confirm"], sha256(hellos))
    expected_client = hmac_sha256(keys["client confirm"], sha256(hellos + server_confirm))

    print(
        json.dumps(
            {
                "keyId": key_id.decode("utf-8"),
                "prk": keys["prk"].hex(),
                "serverConfirmed": hmac.compare_digest(expected_server, server_confirm),
                "clientConfirmed": hmac.compare_digest(expected_client, c2s[1][3]),
                "c2s": open_all(suite, keys, "c2s", c2s[2:]),
                "s2c": open_all(suite, keys, "s2c", s2c[1:]),
                "sealed": [
                    seal(suite, keys, s["dir"], s["type"], s["sequence"], bytes.fromhex(s["plain"])).hex()
                    for s in given.get("seal", [])
                ],
            }
        )
    )


if __name__ == "__main__":
    main()
