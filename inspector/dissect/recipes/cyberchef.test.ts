/** Each recipe is run as CyberChef runs it: AES with node-forge, which is CyberChef's own library for it. */
import { readFileSync } from 'node:fs';
import { chacha20 } from '@noble/ciphers/chacha.js';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { SUITES } from '#channel/psk/suites';
import { fromHex, toHex } from '#protocol/bytes';
import { readCapture } from '../capture/read.ts';
import { Dissection } from '../index.ts';
import type { TapEvent, WireRecord } from '../model.ts';
import { recipeFor } from './cyberchef.ts';

interface Hex {
  readonly option: 'Hex';
  readonly string: string;
}
type Run = (input: Uint8Array, args: readonly never[]) => Uint8Array;

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What the operations do, for the arguments that recipes have. */
const OPERATIONS: Readonly<Record<string, Run>> = {
  'From Hex': (input) => fromHex(binary(input)),
  'To Hex': (input) => bytesOf(toHex(input)),
  'Take bytes': (input, [start, length]) => input.slice(start, Number(start) + Number(length)),
  'AES Decrypt': (input, args) => {
    const [key, iv, mode, , , tag, aad] = args as unknown as [Hex, Hex, string, string, string, Hex, Hex];
    const decipher = forge.cipher.createDecipher(
      `AES-${mode}` as forge.cipher.Algorithm,
      binary(fromHex(key.string)),
    );
    decipher.start({
      iv: binary(fromHex(iv.string)),
      tag: forge.util.createBuffer(binary(fromHex(tag.string))),
      additionalData: binary(fromHex(aad.string)),
    });
    decipher.update(forge.util.createBuffer(binary(input)));
    if (!decipher.finish()) throw new Error('Unable to decrypt input with these parameters.');
    return bytesOf(decipher.output.getBytes());
  },
  ChaCha: (input, args) => {
    const [key, nonce, counter] = args as unknown as [Hex, Hex, number];
    const sealed = fromHex(binary(input));
    return bytesOf(toHex(chacha20(fromHex(key.string), fromHex(nonce.string), sealed, undefined, counter)));
  },
};

function run(recipe: string, hex: string): Uint8Array {
  const steps = JSON.parse(recipe) as { op: string; args: never[] }[];
  return steps.reduce((input, { op, args }) => (OPERATIONS[op] as Run)(input, args), bytesOf(hex));
}

/** The sealed records of all connections, each with its recipe. */
function recipesIn(
  events: readonly TapEvent[],
): { record: WireRecord; recipe: ReturnType<typeof recipeFor> }[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection
    .allRecords()
    .filter(({ state }) => state === 'opened')
    .map((record) => ({ record, recipe: recipeFor(record, dissection.events(new Set([record.flow]))) }));
}

const RECORDINGS = ['tls12', 'tls13', 'tls-psk'];
const recorded = (name: string): TapEvent[] =>
  readCapture(readFileSync(new URL(`../../../docs/recordings/${name}.pcapng`, import.meta.url))).events;

describe('a recipe for CyberChef', () => {
  it.each(RECORDINGS)('decrypts every sealed record of %s from its hex', (name) => {
    const all = recipesIn(recorded(name));
    expect(all.length).toBeGreaterThan(4);
    for (const { record, recipe } of all) {
      if ('fault' in recipe) throw new Error(recipe.fault);
      // What TLS 1.3 seals ends with the type of the content, which is not part of `plain`.
      const plain = toHex(run(recipe.text, toHex(record.raw)));
      expect(plain.startsWith(toHex(record.plain as Uint8Array))).toBe(true);
      expect(plain.length - toHex(record.plain as Uint8Array).length).toBeLessThanOrEqual(2);
    }
  });

  const lines = [{ dir: 'c2s', message: { type: 'say', text: 'Grüße vom Nordtor' } }] as const;
  it.each(['aes-256-gcm', 'chacha20-poly1305'])('decrypts what is said on psk with %s', (id) => {
    const suite = SUITES.find((one) => one.name === id);
    if (!suite) throw new Error(id);
    const all = recipesIn(traffic({ flow: 1, wire: 'psk', lines, suite }));
    const { record, recipe } = all.at(-1) ?? {};
    if (!record || !recipe || 'fault' in recipe) throw new Error('no recipe');
    expect(toHex(run(recipe.text, toHex(record.raw)))).toBe(toHex(record.plain as Uint8Array));
  });

  it('does not open a record of which one bit was changed, where CyberChef checks the tag', () => {
    const [{ record, recipe }] = recipesIn(traffic({ flow: 1, wire: 'psk', lines })).slice(-1) as [
      ReturnType<typeof recipesIn>[number],
    ];
    if ('fault' in recipe) throw new Error(recipe.fault);
    const changed = record.raw.slice();
    changed[12] = (changed[12] as number) ^ 1;
    expect(() => run(recipe.text, toHex(changed))).toThrow('Unable to decrypt');
  });

  it('is refused where nothing is decrypted', () => {
    const dissection = new Dissection();
    dissection.addAll(traffic({ flow: 1, wire: 'plain', lines }));
    const [record] = dissection.records(1);
    expect(recipeFor(record as WireRecord, dissection.events())).toEqual({
      fault: 'Nothing is decrypted in this record.',
    });
  });
});
