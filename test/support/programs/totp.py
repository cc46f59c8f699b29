#!/usr/bin/env python3
"""The code that an authenticator shows now (RFC 6238, RFC 4226) for the otpauth URI on standard input."""

import base64
import hashlib
import hmac
import struct
import sys
import time
from urllib.parse import parse_qs, urlsplit

uri = urlsplit(sys.stdin.read().strip())
if (uri.scheme, uri.netloc) != ("otpauth", "totp"):
    sys.exit("this is no URI of a time-based code")
given = {name: values[0] for name, values in parse_qs(uri.query, strict_parsing=True).items()}
secret = given["secret"]
key = base64.b32decode(secret + "=" * (-len(secret) % 8))
digest = getattr(hashlib, given.get("algorithm", "SHA1").lower())
step = int(time.time()) // int(given.get("period", "30"))
digits = int(given.get("digits", "6"))

mac = hmac.new(key, struct.pack(">Q", step), digest).digest()
at = mac[-1] & 0x0F
number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
print(str(number % 10**digits).zfill(digits))
