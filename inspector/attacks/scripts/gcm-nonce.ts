import { createCipheriv } from 'node:crypto';
import type { Attack, Finding, Step } from '../contract.ts';
import { bodyParts, tagLength } from '#channel/psk/bodies';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { DEFAULT_SUITE, type Suite } from '#channel/psk/suites';
import { EMPTY, concat, toHex } from '#protocol/bytes';
import { toBlock } from '../gcm/field.ts';
import { type Tagged, keysFor, maskOf, tagFor } from '../gcm/ghash.ts';
import { degree } from '../gcm/polynomial.ts';
import { nextHeader, sayFrame, xor } from '../known.ts';
import { ciphertextStart } from '../places.ts';
import { type Both, bothThere, noticed } from '../scene.ts';
import { trueKeys } from '../session-keys.ts';
import type { Target } from '../targets.ts';
import type { World } from '../world.ts';
import { KNOWN, knownPlain, sealedSay } from './reuse-key-stream.ts';
import { needsSealed } from './unfit.ts';

const FORGED = 'I owe eve 1000';
/** As short as can be: each block more is one degree more. */
const SHORT = ['a', 'b'] as const;

/** The tag of GCM is a polynomial in a key that all records share; that of EAX, ChaCha20-Poly1305 and HMAC is not. */
function needsGcm(target: Target): string | undefined {
  const isGcm = target.suite?.source === DEFAULT_SUITE.source;
  return needsSealed(target) ?? (isGcm ? undefined : 'the tag of this suite is not the one of GCM');
}

/** What everyone sees of a record. */
function taggedOf({ body }: Suite, record: Uint8Array): Tagged {
  const { ciphertext = EMPTY, tag = EMPTY } = bodyParts(body, record.subarray(RECORD_HEADER_LENGTH)) ?? {};
  return { aad: record.subarray(0, RECORD_HEADER_LENGTH), ciphertext, tag };
}

interface Solved {
  /** The record whose words everybody knows. */
  readonly known: Uint8Array;
  readonly candidates: number;
  /** The candidate that fits all three records. */
  readonly found?: { readonly h: bigint; readonly mask: bigint };
}

/** Two records give candidates for H, and a third one tells which of them it is. */
async function* solved(world: World, { ana }: Both): AsyncGenerator<Step, Solved> {
  const suite = world.target.suite ?? DEFAULT_SUITE;
  const [one, other] = [await sealedSay(world, ana, SHORT[0]), await sealedSay(world, ana, SHORT[1])];
  const known = await sealedSay(world, ana, KNOWN);
  yield { title: 'The first record', bytes: one };
  yield { title: 'The second record', bytes: other };
  const [first, second, third] = [one, other, known].map((record) => taggedOf(suite, record)) as [
    Tagged,
    Tagged,
    Tagged,
  ];
  const { equation, keys } = keysFor(first, second);
  yield {
    title: `The sum of both tags is a polynomial of degree ${degree(equation)} in H; its coefficients, the highest first`,
    text: equation.toReversed().map(shown).join('\n'),
  };
  yield { title: `Its roots in GF(2^128): ${keys.length}`, text: keys.map(shown).join('\n') };
  const fitting = keys.map((h) => ({ h, mask: maskOf(first, h) }));
  const found = fitting.find(({ h, mask }) => shown(tagFor(third, h, mask)) === toHex(third.tag));
  return { known, candidates: keys.length, ...(found && { found }) };
}

function nothing({ candidates }: Solved): Finding {
  const state = `none of the roots (${candidates}) makes the tag of a third record: each record has a nonce of its own`;
  return { kind: 'nothing', state };
}

const shown = (element: bigint): string => toHex(toBlock(element));

export const gcmKey: Attack = {
  id: 'gcm-key',
  family: 'reading',
  name: 'Compute the key of the tags',
  story:
    'Two records of AES-GCM were sealed under one nonce. Eve adds their tags: what is left is an equation for H, the key of all tags, and she knows all its coefficients. She finds its roots, and a third record tells her which one it is.',
  unfit: needsGcm,
  async *run(world) {
    const result = yield* solved(world, await bothThere(world));
    if (!result.found) return nothing(result);
    const h = shown(result.found.h);
    yield { title: 'H, which makes the tag of the third record, too', bytes: toBlock(result.found.h) };
    const { key } = trueKeys(world).c2s;
    const truth = createCipheriv('aes-256-ecb', key, null).update(new Uint8Array(16));
    return { kind: 'gained', what: 'H, the key of the tags', wanted: toHex(truth), got: h };
  },
};

export const gcmForge: Attack = {
  id: 'gcm-forge',
  family: 'impersonating',
  name: 'Forge with the key of the tags',
  story:
    'Mallory has computed H from two records under one nonce, and knows the words of a third. So she has the key stream and can make any tag. She seals a message of her own, and the server takes it for ana’s.',
  unfit: needsGcm,
  async *run(world) {
    const both = await bothThere(world);
    const result = yield* solved(world, both);
    if (!result.found) return nothing(result);
    const record = forgedRecord(world.target, result.known, result.found);
    yield { title: 'The record that she seals and sends', bytes: record };
    world.mallory.send(world.mallory.newest, 'server', record);
    // Ana’s next record has the same number: she must not say anything before ben has heard it.
    const heard = both.ben.hears(FORGED).then(() => undefined);
    const refused = await Promise.race([heard, noticed(world, both.ana)]);
    if (refused) return refused;
    const got = both.ben.heard.at(-1);
    return {
      kind: 'gained',
      what: 'what ben hears',
      wanted: `ana: ${FORGED}`,
      got: `${got?.name}: ${got?.text}`,
    };
  },
};

/** With the nonce and the key stream of the known record, and a tag that H makes. */
function forgedRecord(
  target: Target,
  known: Uint8Array,
  { h, mask }: { readonly h: bigint; readonly mask: bigint },
): Uint8Array {
  const start = ciphertextStart(target);
  const tagSize = tagLength((target.suite ?? DEFAULT_SUITE).body);
  const stream = xor(known.subarray(start), knownPlain(known.length - start - tagSize, KNOWN));
  const ciphertext = xor(stream, sayFrame(FORGED));
  const nonce = known.subarray(RECORD_HEADER_LENGTH, start);
  const length = nonce.length + ciphertext.length + tagSize;
  const aad = nextHeader(target, known, length);
  return concat([aad, nonce, ciphertext, toBlock(tagFor({ aad, ciphertext }, h, mask))]);
}
