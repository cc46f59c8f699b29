/**
 * A learner's server passes what ours passes: every solution of the labs, in the places of our own pieces. Calls into the
 * pieces have no limit here: on millions of them, it would take minutes.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PskChannel } from '#channel/psk/channel';
import { nativeCiphers } from '#wires/ciphers-native';
import { type Learner, allSolutions, startLearner } from '../support/labs/learner.ts';
import { startTestServer } from '../support/servers/server.ts';
import { channelSuite } from './channel-suite.ts';
import { wireSuite } from './wire-suite.ts';

describe('a learner’s psk channel', () => {
  let learner: Learner;
  beforeAll(async () => {
    learner = await startLearner(await allSolutions(), (call) => call());
  });
  afterAll(async () => {
    expect(learner.told).toEqual([]);
    await learner.close();
  });

  channelSuite('the server’s end', { noticesCut: true, saysWhy: true, hasUnits: true }, () => {
    const options = { keys: [{ id: 'k1', key: randomBytes(32) }] };
    const theirs = learner.plugged.pieces.channel?.psk;
    if (!theirs) throw new Error('there is no psk channel of the learner');
    return {
      client: new PskChannel({ ...options, side: 'client', ciphers: nativeCiphers, random: randomBytes }),
      server: theirs({ ...options, side: 'server' }),
    };
  });
});

describe('a server of all the solutions', () => {
  let learner: Learner;
  beforeAll(async () => {
    learner = await startLearner(await allSolutions(), (call) => call());
  });
  afterAll(async () => {
    expect(learner.told).toEqual([]);
    await learner.close();
  });

  it('has every piece from the learner', () => {
    expect(learner.plugged.whose.filter(({ whose }) => whose === 'ours')).toEqual([]);
  });

  wireSuite({ name: 'my chat', hasRooms: false }, () => startTestServer({ pieces: learner.plugged.pieces }));
});
