/** What a learner's code makes of one example, so that the inspector can show the bytes: a row for each lab. */
import type { TapEvent, WireRecord } from '#dissect/model';
import type { Bench } from '#judge/check';
import { fromBase64 } from '#judge/base64';
import { type PieceObject, PieceThrew } from '#judge/piece';
import { openDialogue, sharedKey } from '#labs/06-replay/dialogue';
import type { PageLab } from '#labs/page/page-labs';
import { concat, utf8 } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { encodeFrame } from '#protocol/frame';
import { type WireName, wireByName } from '#protocol/wires';

export interface OwnBytes {
  /** Where the bytes come from, in a sentence. */
  readonly from: string;
  /** What crossed a wire, for the inspector to read. */
  readonly capture?: { readonly wire: WireName; readonly events: readonly TapEvent[] };
  /** Bytes that cross no wire of ours, with the fields that the lab gives them. */
  readonly records?: readonly WireRecord[];
}

type Show = (bench: Bench) => Promise<OwnBytes>;

const TEXT = 'Meet me at the north gate';
const KEY_LENGTH = 32;

export const OWN_BYTES: Readonly<Record<PageLab, Show>> = {
  '01-frames': frames,
  '04-seal': sealed,
  '05-tamper': tampered,
  '06-replay': dialogue,
};

/** The payloads that come out of the decoder, each in a frame again. */
async function frames({ piece }: Bench): Promise<OwnBytes> {
  const decoder = (await piece.call('createFrameDecoder', 4096)) as PieceObject;
  const stream = concat(
    ['hello', 'north gate', 'at nine'].map((text, index) =>
      encodeFrame(utf8(JSON.stringify(message(index, text)))),
    ),
  );
  const payloads: unknown[] = [];
  for (const part of [stream.slice(0, 3), stream.slice(3, 40), stream.slice(40)]) {
    await decoder.call('push', part);
    payloads.push(...(await decoder.drain('next', 100)));
  }
  const found = payloads.filter((payload) => payload instanceof Uint8Array && payload.length > 0);
  return {
    from: `Three frames (${stream.length} bytes) arrived in three pieces. These are the payloads that your next() gave, each in a frame again.`,
    capture: tapped(
      'plain',
      found.map((payload) => ({ dir: 'c2s', bytes: encodeFrame(payload as Uint8Array) })),
    ),
  };
}

function message(index: number, text: string): Readonly<Record<string, unknown>> {
  if (index === 0) return { type: 'hello', version: 1, name: 'ana' };
  return { type: 'say', ref: `ana-${index}`, room: 'lobby', text };
}

async function sealed({ piece, random }: Bench): Promise<OwnBytes> {
  const key = random.bytes(KEY_LENGTH);
  const texts = [TEXT, TEXT];
  const results = await piece.each(
    'encryptMessage',
    texts.map((text) => [key, text]),
  );
  const parts = [
    ['nonce', 12, 'New for every message: under one key, it must never occur twice.'],
    ['ciphertext', undefined, 'As long as the text in UTF-8: the length is not hidden.'],
    ['tag', 16, 'Shows that neither the nonce nor the ciphertext was changed.'],
  ] as const;
  return {
    from: `Your encryptMessage sealed “${TEXT}” twice under one key. These are the bytes behind the base64.`,
    records: results.map((result, index) => {
      const bytes = typeof result === 'string' ? fromBase64(result) : undefined;
      return record(index, `seal ${index + 1}`, bytes ?? bytesOf(result), bytes ? parts : []);
    }),
  };
}

/** Mallory's change and the reader's own seal. */
async function tampered({ piece, random }: Bench): Promise<OwnBytes> {
  const [encKey, macKey] = [random.bytes(KEY_LENGTH), random.bytes(KEY_LENGTH)];
  const cbc = random.bytes(48);
  const changed = await piece.call('flipText', cbc, 'pay ana 10', 'pay eve 99');
  const made = await piece.call('sealAndAuthenticate', encKey, macKey, TEXT);
  const iv = [
    'iv',
    16,
    'XORed with the first block of text: what changes here changes there, bit by bit.',
  ] as const;
  const ciphertext = ['ciphertext', undefined, 'Blocks of 16 bytes, with padding in the last one.'] as const;
  const mac = [
    'mac',
    32,
    'HMAC-SHA256 over everything before it: checked before anything is decrypted.',
  ] as const;
  return {
    from: `Mallory’s message before and after your flipText, and “${TEXT}” as your sealAndAuthenticate sent it.`,
    records: [
      record(0, 'before', cbc, [iv, ciphertext]),
      record(1, 'after flipText', bytesOf(changed), [iv, ciphertext]),
      record(2, 'with a MAC', bytesOf(made), [iv, ciphertext, mac]),
    ],
  };
}

/** The real client and the learner's server, through a tap that has the client's key log. */
async function dialogue(bench: Bench): Promise<OwnBytes> {
  const secrets: string[] = [];
  const crossed: Crossed[] = [];
  const talk = await openDialogue(bench, {
    keys: [sharedKey(bench.random)],
    keyLog: (line) => secrets.push(line),
    onWritten: (side, bytes) => void crossed.push({ dir: side === 'client' ? 'c2s' : 's2c', bytes }),
  });
  const talked = async (): Promise<void> => {
    await talk.open();
    await talk.clientSays(encodeFrame(utf8(JSON.stringify(message(0, '')))));
    await talk.serverSays(encodeFrame(utf8(JSON.stringify({ type: 'pong', ref: 'ana-1' }))));
    await talk.closeServer();
  };
  const ended = await talked().then(
    () => '',
    (error: unknown) => ` It went no further: ${error instanceof Error ? error.message : String(error)}.`,
  );
  return {
    from: `The real client talked to your createServerChannel, through a tap. All bytes from the server were made by your code.${ended}`,
    capture: tapped('psk', crossed, secrets),
  };
}

interface Crossed {
  readonly dir: 'c2s' | 's2c';
  readonly bytes: Uint8Array;
}

const ADDRESS = '127.0.0.1';

function tapped(
  wire: WireName,
  crossed: readonly Crossed[],
  secrets: readonly string[] = [],
): NonNullable<OwnBytes['capture']> {
  const client = { address: ADDRESS, port: 50_000 };
  const server = { address: ADDRESS, port: wireByName(wire).port };
  return {
    wire,
    events: [
      { kind: 'flow', flow: 1, wire, time: 0, client, server },
      ...secrets.map((line) => ({ kind: 'secret' as const, time: 0, line })),
      ...crossed.map(({ dir, bytes }, time) => ({ kind: 'chunk' as const, flow: 1, dir, time, bytes })),
    ],
  };
}

type Part = readonly [name: string, length: number | undefined, note: string];

/** Bytes with these fields one after the other; the one without a length takes what the others leave. */
function record(index: number, title: string, raw: Uint8Array, parts: readonly Part[]): WireRecord {
  const known = parts.reduce((sum, [, length]) => sum + (length ?? 0), 0);
  const rest = Math.max(0, raw.length - known);
  const fields: Field[] = [];
  let start = 0;
  for (const [name, length = rest, note] of parts) {
    const end = Math.min(raw.length, start + length);
    fields.push({ name, value: `${end - start} bytes`, start, end, note });
    start = end;
  }
  return {
    flow: 1,
    dir: 'c2s',
    index,
    time: 0,
    proto: 'unknown',
    title,
    raw,
    offset: 0,
    state: 'clear',
    reason: '',
    fields,
    inner: [],
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? utf8(value) : new Uint8Array(0);
}

/** Why there are no bytes to show, in a sentence. */
export function whyNone(error: unknown): string {
  if (error instanceof PieceThrew) return `Your code gave no bytes for the example: ${error.message}.`;
  return `There are no bytes to show: ${error instanceof Error ? error.message : String(error)}.`;
}
