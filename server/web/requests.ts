/** The texts that a page may send, checked on arrival. */
import * as v from 'valibot';
import type { EndOfBytes, WireHello } from '#client/relayed/messages';
import type { Hello, RelayRequest } from '#dissect/page-stream';
import type { PlayRequest } from '#dissect/page-attacks';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/messages';

const TOKEN_MAX_LENGTH = 128;

const HELLO = v.object({
  type: v.literal('hello'),
  token: v.optional(v.pipe(v.string(), v.maxLength(TOKEN_MAX_LENGTH))),
});

const WIRE_HELLO = v.object({ ...HELLO.entries, wire: v.picklist(WIRE_NAMES) });
const END = v.object({ type: v.literal('end') });

const SAY = v.object({
  type: v.literal('say'),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.ref)),
  text: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(LIMITS.text),
    v.check((text) => text.isWellFormed(), 'text without lone surrogates'),
  ),
  wires: v.pipe(
    v.array(v.picklist(WIRE_NAMES)),
    v.minLength(1),
    v.maxLength(WIRE_NAMES.length),
    v.check((wires) => new Set(wires).size === wires.length, 'each wire once'),
  ),
});

const DEMO = v.object({
  type: v.literal('demo'),
  wanted: v.picklist(['arrival', 'press', 'stop']),
});

const OLDER_TLS = v.object({ type: v.literal('older-tls') });

const REQUEST = v.variant('type', [HELLO, SAY, DEMO, OLDER_TLS]);

const PLAY_ID = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.ref));
const NAME = v.pipe(v.string(), v.maxLength(64));
const PLAY_REQUEST = v.variant('type', [
  v.object({
    type: v.literal('play'),
    id: PLAY_ID,
    attack: NAME,
    target: NAME,
    words: v.optional(v.pipe(v.string(), v.maxLength(256))),
    paused: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal('pace'), id: PLAY_ID, wanted: v.picklist(['pause', 'next', 'run']) }),
  v.object({ type: v.literal('stop'), id: PLAY_ID }),
]);

/** What is wrong with a text, in words for the author of a page. */
export interface BadRequest {
  readonly problem: string;
}

/** The hello in a text, or what is wrong with it. */
export function parseHello(text: string): Hello | BadRequest {
  return parse(HELLO, text) as Hello | BadRequest;
}

/** The request in a text, or what is wrong with it. */
export function parseRequest(text: string): RelayRequest | BadRequest {
  return parse(REQUEST, text) as RelayRequest | BadRequest;
}

/** The hello of a page that wants the bytes of a wire, or what is wrong with it. */
export function parseWireHello(text: string): WireHello | BadRequest {
  return parse(WIRE_HELLO, text) as WireHello | BadRequest;
}

/** The only text that may follow it, or what is wrong with it. */
export function parseEnd(text: string): EndOfBytes | BadRequest {
  return parse(END, text) as EndOfBytes | BadRequest;
}

/** What a page wants of an attack, or what is wrong with it. */
export function parsePlayRequest(text: string): PlayRequest | BadRequest {
  return parse(PLAY_REQUEST, text) as PlayRequest | BadRequest;
}

/** What a text says, or what is wrong with it. */
export function parse(schema: v.GenericSchema, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'not JSON' };
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The place and what belongs there, but never the value that was sent: it may be a token.
  return { problem: `expected ${issue.expected ?? issue.message} in ${v.getDotPath(issue) ?? 'the text'}` };
}
