#!/usr/bin/env python3
"""The psk wire, written from docs/reference/psk-wire.md alone, with the `cryptography` package.

Reads one JSON object from standard input (a shared key does not belong in argv) and prints one:

    {"psk": hex, "c2s": hex, "s2c": hex, "seal": [{"dir": "c2s", "type": 23, "sequence": 0, "plain": hex}]}

`c2s` and `s2c` are all bytes that crossed the wire in that direction. It derives the session's keys, checks both
confirmations, opens every record, and seals what `seal` asks for under the same keys.
"""

import hashlib
import hmac
import json
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CLIENT_HELLO, SERVER_HELLO, CLIENT_FINISHED, ALERT, DATA = 0x01, 0x02, 0x03, 0x15, 0x17
AES_256_GCM = 0x01


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


def key_schedule(psk, client_nonce, server_nonce, hellos):
    prk = hmac_sha256(client_nonce + server_nonce, psk)  # HKDF-Extract, RFC 5869 section 2.2

    def expand(label, length):
        info = label.encode("ascii") + b"\x00" + sha256(hellos)
        return HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(prk)

    return {
        "prk": prk,
        "c2s": (expand("wireglass psk1 c2s key", 32), expand("wireglass psk1 c2s iv", 12)),
        "s2c": (expand("wireglass psk1 s2c key", 32), expand("wireglass psk1 s2c iv", 12)),
        "server confirm": expand("wireglass psk1 server confirm", 32),
        "client confirm": expand("wireglass psk1 client confirm", 32),
    }


def nonce_of(iv, sequence):
    counter = bytes(4) + struct.pack(">Q", sequence)
    return bytes(a ^ b for a, b in zip(iv, counter))


def header_of(kind, length, sequence):
    return bytes([kind]) + length.to_bytes(3, "big") + struct.pack(">Q", sequence)


def seal(keys, direction, kind, sequence, plain):
    key, iv = keys[direction]
    header = header_of(kind, len(plain) + 16, sequence)
    return header + AESGCM(key).encrypt(nonce_of(iv, sequence), plain, header)


def open_all(keys, direction, sealed):
    key, iv = keys[direction]
    opened = []
    for expected, (kind, sequence, header, body) in enumerate(sealed):
        if sequence != expected:
            raise Unexpected(f"record {sequence} where {expected} was due")
        plain = AESGCM(key).decrypt(nonce_of(iv, sequence), body, header)
        opened.append({"type": kind, "sequence": sequence, "plain": plain.hex()})
    return opened


def main():
    given = json.load(sys.stdin)
    c2s = list(records(bytes.fromhex(given["c2s"])))
    s2c = list(records(bytes.fromhex(given["s2c"])))
    if [c2s[0][0], c2s[1][0], s2c[0][0]] != [CLIENT_HELLO, CLIENT_FINISHED, SERVER_HELLO]:
        raise Unexpected("no handshake")

    version, client_nonce, suites, key_id = parse_client_hello(c2s[0][3])
    answer, server_nonce, suite, server_confirm = parse_server_hello(s2c[0][3])
    if version != 1 or answer != 1 or suite != AES_256_GCM or suite not in suites:
        raise Unexpected("another version or suite")

    hellos = c2s[0][2] + c2s[0][3] + s2c[0][2] + s2c[0][3][:-32]
    keys = key_schedule(bytes.fromhex(given["psk"]), client_nonce, server_nonce, hellos)
    expected_server = hmac_sha256(keys["server confirm"], sha256(hellos))
    expected_client = hmac_sha256(keys["client confirm"], sha256(hellos + server_confirm))

    print(
        json.dumps(
            {
                "keyId": key_id.decode("utf-8"),
                "prk": keys["prk"].hex(),
                "serverConfirmed": hmac.compare_digest(expected_server, server_confirm),
                "clientConfirmed": hmac.compare_digest(expected_client, c2s[1][3]),
                "c2s": open_all(keys, "c2s", c2s[2:]),
                "s2c": open_all(keys, "s2c", s2c[1:]),
                "sealed": [
                    seal(keys, s["dir"], s["type"], s["sequence"], bytes.fromhex(s["plain"])).hex()
                    for s in given.get("seal", [])
                ],
            }
        )
    )


if __name__ == "__main__":
    main()
