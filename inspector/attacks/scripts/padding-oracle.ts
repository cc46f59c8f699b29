import { CBC_BLOCK, PaddingOracle } from '../mallory/padding-oracle.ts';
import type { Attack, Finding } from '../contract.ts';
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

/** The first block holds nothing that she does not know. These hold the text. */
const READ = 2;

export const paddingOracle: Attack = {
  id: 'padding-oracle',
  family: 'reading',
  name: 'Ask a padding oracle',
  story:
    'Mallory has a sealed record of ana’s and no key. She sends blocks of it to the server again and again, changed, and only watches whether the answer is about the padding. Each byte costs her at most 256 questions.',
  unfit: needsBlocks,
  async *run(world) {
    const ana = await world.ana({ returns: true });
    const secret = world.secret().slice(0, (1 + READ) * CBC_BLOCK - TEXT_AT);
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    await ana.say(secret);
    const { bytes } = await met;
    yield { title: 'The record that she wants to read', bytes };
    const blocks = blocksOf(bytes.subarray(RECORD_HEADER_LENGTH)).slice(1, READ + 2);
    const oracle = new PaddingOracle(world, ana, bytes);
    const parts: Uint8Array[] = [];
    for (const [at, block] of blocks.slice(1).entries()) {
      const decrypted = await oracle.decrypt(block);
      if (!decrypted) return noAnswer(world, oracle);
      parts.push(xor(decrypted, blocks[at] as Uint8Array));
      yield {
        title: `Block ${at + 1} of ${READ}, after ${oracle.questions} questions`,
        bytes: parts.at(-1) as Uint8Array,
      };
    }
    const text = showUtf8(concat(parts));
    return {
      kind: 'gained',
      what: 'the text',
      wanted: secret,
      got: text.slice(TEXT_AT - CBC_BLOCK),
    };
  },
};

const FORGED = 'I owe eve 1000';

export const forgeByOracle: Attack = {
  id: 'oracle-forge',
  family: 'impersonating',
  name: 'Forge with a padding oracle',
  story:
    'The same oracle works backwards (Rizzo and Duong, 2010): Mallory takes any last block, asks what it decrypts to, and chooses the block before it so that the text is hers. So she seals a whole message without the key.',
  unfit: needsBlocks,
  async *run(world) {
    const [ben, ana] = [await world.ben(), await world.ana({ returns: true })];
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    await ana.say('hello');
    const oracle = new PaddingOracle(world, ana, (await met).bytes);
    const wanted = blocksOf(padded(sayFrame(FORGED)));
    let block: Uint8Array = new Uint8Array(CBC_BLOCK);
    const chain = [block];
    for (const plain of wanted.toReversed()) {
      const decrypted = await oracle.decrypt(block);
      if (!decrypted) return noAnswer(world, oracle);
      block = xor(decrypted, plain);
      chain.unshift(block);
      yield { title: `A block that decrypts to hers, after ${oracle.questions} questions`, bytes: plain };
    }
    const record = oracle.record(concat(chain));
    yield { title: 'The record that she sends', bytes: record };
    world.mallory.send(world.mallory.newest, 'server', record);
    await ben.hears(FORGED);
    const forged = ben.heard.find(({ text }) => text !== 'hello');
    return {
      kind: 'gained',
      what: 'what ben hears from ana',
      wanted: FORGED,
      got: forged?.text ?? 'nothing',
    };
  },
};

/** No value was answered in another way than the rest. */
function noAnswer(world: World, { questions }: PaddingOracle): Finding {
  if (world.refusals.length > 0) return noticedBy(world, undefined);
  return { kind: 'nothing', state: `${questions} questions, and every answer is the same` };
}
