import { CBC_BLOCK, type FoundByte, PaddingOracle } from '../mallory/padding-oracle.ts';
import type { Attack, Finding, Row, Step } from '../contract.ts';
import { counted } from '#protocol/shown';
import { concat, showUtf8 } from '#protocol/bytes';
import { padded } from '#channel/modes/cbc';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import type { Target } from '../targets.ts';
import { TEXT_AT, sayFrame, xor } from '../known.ts';
import { meddleOnce, noticedBy } from '../scene.ts';
import type { World } from '../world.ts';
import { needsSealed } from './unfit.ts';

function needsBlocks(target: Target): string | undefined {
  const unfit = needsSealed(target);
  if (unfit !== undefined) return unfit;
  return target.suite?.padding === CBC_BLOCK ? undefined : 'its records have no padding';
}

function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.floor(bytes.length / CBC_BLOCK);
  return Array.from({ length: count }, (_, at) => bytes.slice(at * CBC_BLOCK, (at + 1) * CBC_BLOCK));
}

/** A byte is found: the XOR behind it, for all bytes from here to the end of the block. */
function foundStep(
  { at, tries, sent, padding, answers }: FoundByte,
  name: string,
  rest: readonly [with_: Row, result: string],
): Step {
  const [known, result] = rest;
  const row = { ...known, bytes: known.bytes.subarray(at) };
  return {
    title: `Byte ${at + 1} of ${name}, after ${counted(tries, 'question')}`,
    text: `The server answers: ${answers}`,
    xor: [
      { label: 'What she sent as the block before', bytes: sent },
      { label: 'The padding that fits', bytes: padding },
      row,
      { label: result, bytes: xor(sent, padding, row.bytes) },
    ],
  };
}

/** The first block holds nothing that she does not know. These hold the text. */
const READ = 2;
/** Bytes of text in them. */
const READABLE = (1 + READ) * CBC_BLOCK - TEXT_AT;

export const paddingOracle: Attack = {
  id: 'padding-oracle',
  family: 'reading',
  name: 'Ask a padding oracle',
  story:
    'Mallory has a sealed record of ana’s and no key. She sends blocks of it to the server again and again, changed, and only watches whether the answer is about the padding. Each byte costs her at most 256 questions.',
  words: { who: 'ana', most: READABLE },
  unfit: needsBlocks,
  async *run(world) {
    const ana = await world.ana({ returns: true });
    const secret = world.words(world.secret().slice(0, READABLE));
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    await ana.say(secret);
    const { bytes } = await met;
    yield { title: 'The record that she wants to read', bytes };
    const blocks = blocksOf(bytes.subarray(RECORD_HEADER_LENGTH)).slice(1, READ + 2);
    const oracle = new PaddingOracle(world, ana, bytes);
    const parts: Uint8Array[] = [];
    for (const [at, block] of blocks.slice(1).entries()) {
      const before: Row = { label: 'The block before, as it was recorded', bytes: blocks[at] as Uint8Array };
      const decrypted = yield* told(oracle.decrypt(block), (byte) =>
        foundStep(byte, `block ${at + 1} of ${READ}`, [before, 'So ana’s bytes are']),
      );
      if (!decrypted) return noAnswer(world, oracle);
      parts.push(xor(decrypted, before.bytes));
      yield {
        title: `Block ${at + 1} of ${READ} is read, after ${oracle.questions} questions`,
        bytes: parts.at(-1) as Uint8Array,
        text: showUtf8(parts.at(-1) as Uint8Array),
      };
    }
    const text = new TextDecoder().decode(concat(parts).subarray(TEXT_AT - CBC_BLOCK));
    return { kind: 'gained', what: 'the text', wanted: secret, got: text.split('"')[0] ?? '' };
  },
};

const FORGED = 'I owe eve 1000';

export const forgeByOracle: Attack = {
  id: 'oracle-forge',
  family: 'impersonating',
  name: 'Forge with a padding oracle',
  story:
    'The same oracle works backwards (Rizzo and Duong, 2010): Mallory takes any last block, asks what it decrypts to, and chooses the block before it so that the text is hers. So she seals a whole message without the key.',
  words: { who: 'Mallory', most: 40 },
  unfit: needsBlocks,
  async *run(world) {
    const [ben, ana] = [await world.ben(), await world.ana({ returns: true })];
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    await ana.say('hello');
    const oracle = new PaddingOracle(world, ana, (await met).bytes);
    const forgery = world.words(FORGED);
    const wanted = blocksOf(padded(sayFrame(forgery)));
    let block: Uint8Array = new Uint8Array(CBC_BLOCK);
    const chain = [block];
    for (const plain of wanted.toReversed()) {
      const hers: Row = { label: 'The bytes that she wants', bytes: plain };
      const name = `block ${wanted.indexOf(plain) + 1} of ${wanted.length}`;
      const decrypted = yield* told(oracle.decrypt(block), (byte) =>
        foundStep(byte, name, [hers, 'So the block before must be']),
      );
      if (!decrypted) return noAnswer(world, oracle);
      block = xor(decrypted, plain);
      chain.unshift(block);
      yield {
        title: `${name} decrypts to hers, after ${oracle.questions} questions`,
        text: showUtf8(plain),
        xor: [
          { label: 'What the block decrypts to', bytes: decrypted },
          hers,
          { label: 'The block that goes before it', bytes: block },
        ],
      };
    }
    const record = oracle.record(concat(chain));
    yield { title: 'The record that she sends', bytes: record };
    world.mallory.send(world.mallory.newest, 'server', record);
    await ben.hears(forgery);
    const forged = ben.heard.find(({ text }) => text !== 'hello');
    return {
      kind: 'gained',
      what: 'what ben hears from ana',
      wanted: forgery,
      got: forged?.text ?? 'nothing',
    };
  },
};

/** Each thing that is found, as a step. */
async function* told<T, R>(finding: AsyncGenerator<T, R>, step: (found: T) => Step): AsyncGenerator<Step, R> {
  for (;;) {
    const { done, value } = await finding.next();
    if (done) return value;
    yield step(value);
  }
}

/** No value was answered in another way than the rest. */
function noAnswer(world: World, { questions }: PaddingOracle): Finding {
  if (world.refusals.length > 0) return noticedBy(world, undefined);
  return { kind: 'nothing', state: `${questions} questions, and every answer is the same` };
}
