/** Every foreign capture: whatever is read from it is shown or counted, with and without secrets. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { CaptureError, type ReadCapture, readCapture } from '#dissect/capture/read';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { protectionOf } from '#inspector-cli/views/protection-text';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { checkConserved, checkReported } from '../support/captures/conservation.ts';
import { secretsOf } from '../support/captures/foreign-captures.ts';
import { describeVectors } from '../support/programs/needs.ts';
import { pskConversation } from '../support/flows/psk-conversation.ts';

const FOLDERS = ['captures', 'pcapng-gopacket', 'illustrated-tls12', 'illustrated-tls13'] as const;

function dissected(events: readonly TapEvent[], options = {}): Dissection {
  const dissection = new Dissection({ ciphers: nativeRecordCiphers, ...options });
  dissection.addAll(events);
  return dissection;
}

describe.each(FOLDERS)('the captures in %s', (name) => {
  describeVectors(name, 'have every byte in exactly one record, or counted', (folder) => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.pcap(ng)?(\.gz)?$/.test(file),
    );
    it.each(files.toSorted())('%s', (file) => {
      const read = readOrRefused(readFileSync(join(folder, file)));
      if (!read) return;
      const { events } = read;
      checkReported(events, read);
      const closed = dissected(events);
      checkConserved(events, closed);
      const secrets = secretsOf(folder, file).map((line) => ({ kind: 'secret', time: 0, line }) as const);
      checkConserved(events, dissected([...secrets, ...events]));
      for (const flow of closed.flows) {
        const isClear = closed.records(flow.id).every(({ proto }) => proto === 'frame');
        if (!isClear) expect(protectionOf(flow)).not.toBe('no encryption');
      }
    });
  });
});

describe('the check itself', () => {
  const pong = encodeFrame(encodeMessage({ type: 'pong' }));
  const talk = pskConversation({ c2s: [pong, pong], s2c: [pong] });
  const chunk = talk.find((event) => event.kind === 'chunk' && event.dir === 'c2s') as TapEvent & {
    kind: 'chunk';
  };

  it('finds nothing where nothing is lost, and accepts what is counted', () => {
    checkConserved(talk, dissected(talk));
    checkConserved(talk, dissected(talk, { maxBytes: 200 }));
    checkConserved(talk.slice(0, -3), dissected(talk.slice(0, -3)));
  });

  it.each([
    ['a lost byte', { ...chunk, bytes: chunk.bytes.subarray(1) }],
    ['a lost chunk', undefined],
    ['a changed byte', { ...chunk, bytes: chunk.bytes.with(7, 0xff) }],
  ])('finds %s', (_name, instead) => {
    const changed = talk.flatMap((event) => (event === chunk ? (instead ? [instead] : []) : [event]));
    expect(() => checkConserved(talk, dissected(changed))).toThrow();
  });
});

/** A file that is not a capture is refused with a message, so nothing is read from it. */
function readOrRefused(bytes: Uint8Array): ReadCapture | undefined {
  try {
    return readCapture(bytes);
  } catch (error) {
    if (error instanceof CaptureError) return undefined;
    throw error;
  }
}
