import { createHash } from 'node:crypto';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { Attack, Finding, Step } from '../contract.ts';
import { NONCE_LENGTH, CONFIRM_LENGTH, RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';
import { confirmation, deriveSessionKeys, extractSecret, transcriptOf } from '#channel/psk/schedule';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { equalConstantTime, toHex, utf8 } from '#protocol/bytes';
import type { World } from '../world.ts';
import { needsPsk } from './unfit.ts';

/** Common passwords, the most common first. */
const WORDS = dictionary['passwords-common'].slice(0, 2_000);
/** Somewhere in the list. */
const WEAK = 1_234;

/** The nonce stands after the header and the version in both hellos. */
const NONCE_AT = RECORD_HEADER_LENGTH + 1;

function keyOf(word: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(utf8(word)).digest());
}

async function* guess(world: World): AsyncGenerator<Step, Finding> {
  await world.ana();
  const hello = world.mallory.heard.find(({ bytes }) => bytes[0] === RECORD_TYPE.clientHello)?.bytes;
  const answer = world.mallory.heard.find(({ bytes }) => bytes[0] === RECORD_TYPE.serverHello)?.bytes;
  if (!hello || !answer)
    return {
      kind: 'nothing',
      state: 'the handshake of psk crosses inside TLS: she has nothing to try a key on',
    };
  yield { title: 'The hello of the client', bytes: hello };
  yield { title: 'The hello of the server, whose last bytes prove that it has the key', bytes: answer };
  const suite = world.target.suite ?? DEFAULT_SUITE;
  const hellos = transcriptOf(hello, answer);
  const proof = answer.subarray(answer.length - CONFIRM_LENGTH);
  const nonces = [hello, answer].map((bytes) => bytes.subarray(NONCE_AT, NONCE_AT + NONCE_LENGTH)) as [
    Uint8Array,
    Uint8Array,
  ];
  const word = WORDS.find((candidate) => {
    const keys = deriveSessionKeys(extractSecret(suite, keyOf(candidate), ...nonces), hellos, suite);
    return equalConstantTime(confirmation(keys.serverConfirmKey, hellos), proof);
  });
  if (word === undefined) return { kind: 'nothing', state: `none of ${WORDS.length} words is the key` };
  yield { title: `Word ${WORDS.indexOf(word) + 1} of ${WORDS.length} gives the same proof`, text: word };
  return { kind: 'gained', what: 'the shared key', wanted: toHex(world.psk.key), got: toHex(keyOf(word)) };
}

export const guessWeakPsk: Attack = {
  id: 'guess-weak-psk',
  family: 'later',
  name: 'Guess a shared key made from a word',
  story:
    'Somebody has made the shared key from a common password. Eve records one handshake and tries a list of words at home, where nobody counts her tries.',
  unfit: needsPsk,
  world: { psk: () => keyOf(WORDS[WEAK] as string) },
  run: guess,
};

export const guessRandomPsk: Attack = {
  id: 'guess-random-psk',
  family: 'later',
  name: 'Guess a random shared key',
  story: 'The same list of words against a key of 32 random bytes.',
  unfit: needsPsk,
  run: guess,
};
