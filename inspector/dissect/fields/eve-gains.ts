/**
 * What somebody who only listens gets from a field: where it crosses in the clear, and where it is sealed. A field has the answer
 * of the first row whose pattern fits its path, or else that of its kind.
 */
import { type ByteKind, byteKindOf } from './byte-kinds.ts';

export interface EveGain {
  readonly clear: string;
  readonly sealed: string;
}

const SEALED_NAME = 'Nothing: it is sealed. The address of the server still tells where the connection goes.';

const BY_KIND: Readonly<Record<ByteKind, EveGain>> = {
  header: {
    clear: 'Which protocol is spoken, and what kind of unit this is.',
    sealed: 'Nothing: this header is sealed too.',
  },
  length: {
    clear: 'How long this part is. Lengths alone often tell what is done.',
    sealed: 'Not this number. The length of the record around it tells about as much.',
  },
  nonce: {
    clear: 'Nothing about the content. She would see it if a value came twice.',
    sealed: 'Nothing: it is sealed.',
  },
  handshake: {
    clear: 'What the two programs can do and agree on. The mixture of offers recognises a program.',
    sealed: 'Nothing: this part of the handshake is sealed.',
  },
  identity: {
    clear: 'Who one end is, or that it has been here before.',
    sealed: SEALED_NAME,
  },
  ciphertext: {
    clear: 'Its length, and when it came. Of its content nothing.',
    sealed: 'Nothing but the length of the record around it: it is sealed twice.',
  },
  plaintext: {
    clear: 'All of it: she reads what the receiver reads.',
    sealed: 'Nothing of it. She knows how long the record is, and when it came.',
  },
  tag: {
    clear: 'Nothing: without the key she can neither check it nor make one.',
    sealed: 'Nothing: it is sealed.',
  },
};

type Row = readonly [pattern: RegExp, clear: string, sealed?: string];

/** Fields of which there is more to say than of their kind. */
const ROWS: readonly Row[] = [
  [
    /^msg\.(password|old|new)$/,
    'The password itself: she can log in with it, here and wherever else it is used.',
    'Nothing. A request of this length, answered as a login is, still shows that somebody logs in.',
  ],
  [
    /^msg\.(token|device|session|code|codes|secret|uri)$/,
    'What opens the account or the session: she can use it as the client does.',
    'Nothing: she cannot use what she cannot read.',
  ],
  [
    /^msg\.(messages\.)?text$/,
    'The message, word for word.',
    'Nothing of the words. The length of the record gives away about how long the message is.',
  ],
  [
    /^msg\.(messages\.)?(from|name|by|you|account)$|^msg\.members\.name$|^msg\.joined\.name$/,
    'Who talks to whom.',
    'Nothing: it is sealed. A record that goes out to several connections at once still shows who is in the room.',
  ],
  [
    /^psk\.sequence$/,
    'How many records went this way before, and whether one was lost, repeated or left out.',
  ],
  [/^psk\.key_id$/, 'Which key is used: connections with the same key belong to the same group.'],
  [
    /^psk\.(client|server)_nonce$/,
    'Nothing today. Should the key leak later, she makes the session keys with it and reads the recording.',
  ],
  [
    /^psk\.(client|server)_confirm$/,
    'A value to try guesses at the key against, as often as she likes: a weak key falls, a random one does not.',
  ],
  [
    /^psk\.(ciphertext|body)$/,
    'Its length, and when it came. Of its content nothing, as long as the suite is sound.',
  ],
  [
    /^tls\.type$/,
    'Handshake, alert or data. In TLS 1.3 hardly anything: all sealed records say application_data.',
  ],
  [
    /^(psk|tls)\.length$|^frame\.length$/,
    'How much is said, and when: enough to tell a keystroke from a message, and a message from a file.',
  ],
  [
    /^tls\.handshake\.random$/,
    'Nothing about the content. It names the connection: with a key log that leaks later she finds the keys by it.',
  ],
  [
    /key_share(\.|$)|^tls\.handshake\.public_key$/,
    'The public half. Without one of the private halves it gives no key, neither today nor after a leak.',
  ],
  [
    /^tls\.handshake\.encrypted_premaster$/,
    'Nothing today. With the private key of the server, even years later, she reads the whole recording.',
  ],
  [
    /extensions\.server_name(\.|$)/,
    'The name of the server that the client wants: the one thing in TLS that names the place she visits.',
    SEALED_NAME,
  ],
  [
    /application_layer_protocol_negotiation/,
    'Which protocol is spoken inside.',
    'Nothing: the answer is sealed, the offer of the client was not.',
  ],
  [
    /^tls\.handshake\.cipher_suites/,
    'The list of the client, which recognises the program and its version (JA3, JA4).',
  ],
  [
    /(session_ticket|session_id|pre_shared_key\.identit|handshake\.ticket$)/,
    'Nothing inside it. The same value again shows that the same client comes back.',
    'Nothing now. When it is used in a later hello, it links that connection to no earlier one.',
  ],
  [
    /certificate(_list|_data)?(\.|$)/,
    'Who the server is, who vouches for it and until when: TLS 1.2 and older send it in the clear.',
    'Nothing: TLS 1.3 seals the certificate. She may fetch it from the server herself.',
  ],
  [
    /handshake\.signature$|\.signature$/,
    'She can check it with the public key, as anyone can. She cannot make one.',
  ],
  [
    /^tls\.alert\./,
    'Why the connection ended or failed.',
    'Nothing of the reason. A short record before the end of the connection looks like a goodbye.',
  ],
  [/padding/, 'That it is padded: how long the content really is stays hidden if this is sealed.'],
];

/** What Eve gets from a field. `isSealed`: in this record it is inside something encrypted. */
export function eveGain(path: string, isSealed: boolean): string {
  const kind = byteKindOf(path);
  if (!kind) return '';
  const [, clear, sealed] = ROWS.find(([pattern]) => pattern.test(path)) ?? [];
  const usual = BY_KIND[kind];
  return isSealed ? (sealed ?? usual.sealed) : (clear ?? usual.clear);
}

/** Patterns of the table, so that a row for a field that no longer exists is noticed. */
export const GAIN_PATTERNS: readonly RegExp[] = ROWS.map(([pattern]) => pattern);
