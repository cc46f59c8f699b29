/** Who is the client of a connection whose SYN was not captured: the first bytes of a segment often tell. */
import { EMPTY, concat, readUint, showUtf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';
import { RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';

export type Speaker = 'client' | 'server';

/** Bytes of a segment that are looked at. */
const LOOK_AT = 512;

type Test = (start: Uint8Array) => Speaker | undefined;

/** Protocols whose two ends begin differently. The first that knows decides. */
const TESTS: readonly Test[] = [ofTls, ofOldHello, ofPsk, ofFrame, ofProxyHeader, ofText];

/** Whose words these are; `undefined` when they could be anybody's. */
export function speakerOf(segment: Uint8Array): Speaker | undefined {
  const start = segment.subarray(0, LOOK_AT);
  for (const test of TESTS) {
    const speaker = test(start);
    if (speaker) return speaker;
  }
  return undefined;
}

/** A handshake record with a hello in it (RFC 8446 §4, RFC 5246 §7.4.1). Only a server sends a HelloRequest. */
function ofTls([type, major, , , , message]: Uint8Array): Speaker | undefined {
  if (type !== 0x16 || major !== 0x03) return undefined;
  if (message === 1) return 'client';
  return message === 0 || message === 2 ? 'server' : undefined;
}

/** A ClientHello in the framing of SSL 2.0 (RFC 5246 §E.2). */
function ofOldHello([length, , type, major]: Uint8Array): Speaker | undefined {
  return length !== undefined && length >= 0x80 && type === 1 && major === 0x03 ? 'client' : undefined;
}

/** Hellos and the client's Finished come before anything is sealed, so their sequence number is 0. */
function ofPsk(start: Uint8Array): Speaker | undefined {
  if (start.length < RECORD_HEADER_LENGTH || readUint(start, 1, 3) > LIMITS.recordPlaintext) return undefined;
  if (start.subarray(4, RECORD_HEADER_LENGTH).some((byte) => byte !== 0)) return undefined;
  if (start[0] === RECORD_TYPE.clientHello || start[0] === RECORD_TYPE.clientFinished) return 'client';
  return start[0] === RECORD_TYPE.serverHello ? 'server' : undefined;
}

/** A frame whose message only one side may send. */
function ofFrame(start: Uint8Array): Speaker | undefined {
  if (start.length < 5 || readUint(start, 0, 4) > LIMITS.framePayload || start[4] !== 0x7b) return undefined;
  const type = /"type"\s*:\s*"(\w+)"/.exec(showUtf8(start.subarray(4)))?.[1];
  if (type === undefined) return undefined;
  const [client, server] = [Object.hasOwn(CLIENT_MESSAGES, type), Object.hasOwn(SERVER_MESSAGES, type)];
  if (client === server) return undefined;
  return client ? 'client' : 'server';
}

const PROXY_HEADER = '\r\n\r\n\0\r\nQUIT\n';

/** Version 2 of the PROXY protocol; version 1 is text. */
function ofProxyHeader(start: Uint8Array): Speaker | undefined {
  return showUtf8(start.subarray(0, PROXY_HEADER.length)) === PROXY_HEADER ? 'client' : undefined;
}

const CLIENT_WORDS =
  /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH|CONNECT|PRI) \S+ HTTP\/|^(?:EHLO|HELO|LHLO|PROXY) /i;
const SERVER_WORDS = /^HTTP\/\d|^220[ -]|^\* (?:OK|PREAUTH)\b|^\+OK\b/;

/** The first line of HTTP, and greetings of mail and file transfer. */
function ofText(start: Uint8Array): Speaker | undefined {
  const text = showUtf8(start);
  if (CLIENT_WORDS.test(text)) return 'client';
  return SERVER_WORDS.test(text) ? 'server' : undefined;
}

/** Segments in their order as one run of bytes, as far as they follow each other and `LOOK_AT` goes. */
export function startOf(segments: Iterable<{ readonly at: number; readonly bytes: Uint8Array }>): Uint8Array {
  let start = EMPTY;
  let end: number | undefined;
  for (const { at, bytes } of segments) {
    if (start.length >= LOOK_AT || (end !== undefined && at > end)) break;
    const fresh = bytes.subarray((end ?? at) - at);
    start = concat([start, fresh]);
    end = (end ?? at) + fresh.length;
  }
  return start;
}
