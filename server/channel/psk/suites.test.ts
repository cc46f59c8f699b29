import { describe, expect, it } from 'vitest';
import { pureCiphers } from '../ciphers-pure.ts';
import { nonceLength, tagLength } from './bodies.ts';
import { RecordCipher } from './record-cipher.ts';
import {
  DEFAULT_SUITE,
  SEALED_CAP,
  SEALED_LEAST,
  SOUND_SUITES,
  SUITES,
  type Suite,
  type SuiteName,
  WEAK_SUITES,
  sealedCap,
  suiteByName,
  suiteTitle,
} from './suites.ts';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { CLIENT_NONCE, channel, hex, take } from '../../../test/support/flows/psk-channel.ts';
import { flipped, outcome, sealed, session } from '../../../test/support/flows/psk-sessions.ts';

describe('the rows of the suites', () => {
  it('keep the bytes and names that they have ever had', () => {
    expect(Object.fromEntries(SUITES.map(({ name, id }) => [name, id]))).toMatchObject({
      'aes-256-gcm': 0x01,
      'aes-256-eax': 0x02,
      'aes-256-cbc-hmac-sha256': 0x03,
      'chacha20-poly1305': 0x04,
      'aes-256-cbc': 0x81,
      'aes-256-gcm-static': 0x82,
      'aes-256-ctr-fixed-nonce': 0x83,
      'aes-256-gcm-fixed-nonce': 0x84,
    });
    expect(new Set(SUITES.map(({ id }) => id)).size).toBe(SUITES.length);
    expect(DEFAULT_SUITE.name).toBe('aes-256-gcm');
  });

  it('would not pass with a suite that lacks something and does not say so', () => {
    const [gcm, cbc] = [DEFAULT_SUITE, suiteByName('aes-256-cbc') as Suite];
    for (const lacking of [
      { body: cbc.body },
      { numbered: false },
      { keys: 'static' as const },
      { refusal: 'bad_padding' as const },
      { nonce: 'fixed' as const },
    ])
      expect(isSound({ ...gcm, ...lacking })).toBe(false);
    expect(isSound(gcm)).toBe(true);
  });

  /** It takes all of these to detect any change, replay or reordering. */
  function isSound({ body, numbered, keys, refusal, nonce }: Suite): boolean {
    const fatal = ERRORS[refusal].fatal;
    return tagLength(body) >= 16 && numbered && keys === 'session' && fatal && nonce !== 'fixed';
  }

  it.each(SUITES)(
    'say of $name that it is weak, in its byte too, exactly if it lacks something',
    (row: Suite) => {
      const sound = isSound(row);
      expect(row.weak === undefined).toBe(sound);
      expect(row.id >= 0x80).toBe(row.weak !== undefined);
      expect(suiteTitle(row)).toBe(sound ? row.name : `${row.name} (weak: ${row.weak})`);
    },
  );

  it.each(SUITES)('give $name one ciphertext, a nonce, and the sizes that it really has', (row: Suite) => {
    expect(row.body.filter(({ name }) => name === 'ciphertext')).toHaveLength(1);
    expect(nonceLength(row.body) > 0).toBe(row.nonce !== 'counted');
    const keys = { key: new Uint8Array(row.keyLength), iv: new Uint8Array(row.ivLength) };
    const cipher = new RecordCipher(row, pureCiphers, keys);
    for (const length of [0, 1, 15, 16, 17, LIMITS.recordPlaintext]) {
      const parts = cipher.seal(
        new Uint8Array(12),
        0,
        new Uint8Array(length),
        (count) => new Uint8Array(count),
      );
      expect(concat(parts)).toHaveLength(cipher.sealedLength(length));
      row.body.forEach((part, i) => {
        if ('size' in part) expect(parts[i]).toHaveLength(part.size);
      });
    }
    expect(sealedCap(row)).toBe(cipher.sealedLength(LIMITS.recordPlaintext));
    expect(sealedCap(row)).toBeLessThanOrEqual(SEALED_CAP);
    // An alert in the clear has one byte: a sealed one must be longer, or nobody could tell them apart.
    expect(cipher.sealedLength(1)).toBeGreaterThanOrEqual(SEALED_LEAST + 1);
    expect(SEALED_LEAST).toBeGreaterThan(1);
  });
});

/*
 * Conversations with fixed key, nonces and ivs. The bytes were computed by test/interop/psk_open.py, an implementation in
 * another language, from the written specification; not by the code under test.
 */
const PRK = {
  session: 'f570972dea66cb9e9d68875c403ef7ac40c3a4732596854f2baa0ed7f603c231',
  static: '1465d1dfa1a92a78afc2a1662a3b30245f584d0068e47506c5223fb6ef962022',
} as const;
const RANDOM = 'e0e1e2e3e4e5e6e7e8e9eaebecedeeef';

interface Transcript {
  readonly serverConfirm: string;
  readonly clientConfirm: string;
  /** The first record of the client: "hi". */
  readonly hi: string;
  /** The second: an alert. */
  readonly done: string;
  /** The first record of the server: "hi". */
  readonly answer: string;
}

const TRANSCRIPTS: Readonly<Record<SuiteName, Transcript>> = {
  //                             type length sequence         body
  'aes-256-gcm': {
    serverConfirm: '7e6822c1dc1f13b56aaf886e6efcd6fec1e5439bc1525dd54ec5b60ad1c121a5',
    clientConfirm: 'f4fa25096470456428a199dafcb2e2b5191c480832f64710d90219b0b7395ba6',
    hi: '17 000012 0000000000000000 e021 2910db443cec2ecd4d582d9905856234',
    done: '15 000011 0000000000000001 e4 e514bc56db63d89bcb4a212fec90f9a7',
    answer: '17 000012 0000000000000000 64b2 d15edec0eddc72917cb7c07f97c013de',
  },
  'aes-256-eax': {
    serverConfirm: '0f5763e2e7ff5d5ce387a38f59519b9b5b15824c548fc6b2145fb295494b3ff0',
    clientConfirm: '0475c6a3381c50cba3a3539fefc2ca888190b3272920eeb2710fecc133f9b325',
    hi: `17 000022 0000000000000000 ${RANDOM} 461283ef4aea2453cd78a460cd15a593 7b3e`,
    done: `15 000021 0000000000000001 ${RANDOM} bea367034293f4c133c18e1306725329 13`,
    answer: `17 000022 0000000000000000 ${RANDOM} b0102e83372a33c10c19c8ab82c2c5d2 156d`,
  },
  'aes-256-cbc-hmac-sha256': {
    serverConfirm: 'b384be6650f757fcf93adcfcbeca5ee50aa85b83ce5aee7111de256da54054cd',
    clientConfirm: 'fcbb95540cd8100e310b9523d5c171bc89021a596ffb1a1823f1c04d78a5e277',
    hi: `17 000040 0000000000000000 ${RANDOM} 98abc5bf9e9e05f47ed839bb4bdf9f8c
      c4011c88e63838122296df9e51d326f4e8aa1fc628b7e9901e82a525dbed4eb7`,
    done: `15 000040 0000000000000001 ${RANDOM} 24e4d072dbb6c2dc911eb0284d7a10ae
      8f853b1ad0f213bc87e432e6f2636e29afd236613803b8c91869c98bb20dd8df`,
    answer: `17 000040 0000000000000000 ${RANDOM} 2fafd0a67c4cfb46424c592d2441a36b
      37530d387720435571bee2f1a206a1573db147cf5c593c7d5097f059ccf21f6d`,
  },
  'chacha20-poly1305': {
    serverConfirm: 'a188fc5c70929ee47dfc0f7c625e7112972f633b6b598ffa4c63ffbeed7699e3',
    clientConfirm: '2a97042d35a948e7e91528c3eade5c4832e3469ce6ab31ace988563d06e10633',
    hi: '17 000012 0000000000000000 573d 3740dab76822eab8d29f1316318fabf1',
    done: '15 000011 0000000000000001 24 e3746ae38eddbcb78d9d85257088bc1c',
    answer: '17 000012 0000000000000000 5b73 a7c77374ea98b5c6b114166aea1cc9a7',
  },
  'aes-256-cbc': {
    serverConfirm: '224862f5a1cb000cfd867b485dc82d963edc1cf75f110f23295e166b0b8a633b',
    clientConfirm: '1376048b1f2233d78cc4a26d1baa11e974b2e9258bdb6aa77953f41f9c4caa95',
    hi: `17 000020 0000000000000000 ${RANDOM} e4893920114c94a40063ec24ec48e96b`,
    done: `15 000020 0000000000000000 ${RANDOM} 5e9bbdf405a80885061e140cc914ca3d`,
    answer: `17 000020 0000000000000000 ${RANDOM} e4893920114c94a40063ec24ec48e96b`,
  },
  'aes-256-gcm-static': {
    serverConfirm: '4065e8f0b5f5b7d746c1ed6fa364b6b9feb10a616768160a3c8dd8da68036f10',
    clientConfirm: '6eeb71604bfcb3d217dd1200aa2a249e6f6ae0b7e7ca8ff6b4d2ddf18d0eefaa',
    hi: '17 00001e 0000000000000000 e0e1e2e3e4e5e6e7e8e9eaeb 674c f4c2a6e317f21cf3bf65ccfe5a1a3dda',
    done: '15 00001d 0000000000000000 e0e1e2e3e4e5e6e7e8e9eaeb 0f 6c71c118349d54fd7e2e6269d2414d6c',
    answer: '17 00001e 0000000000000000 e0e1e2e3e4e5e6e7e8e9eaeb 674c f4c2a6e317f21cf3bf65ccfe5a1a3dda',
  },
  'aes-256-ctr-fixed-nonce': {
    serverConfirm: '32123e8f301c096c775108ccf634ec3135024ca946ddd1dcef81a8bdce17c3ca',
    clientConfirm: '19628c513b4b1d797c64fecbb053609bdc542ed1d7b8d6ca6a5f7df4ded9518f',
    hi: '17 000012 0000000000000000 5267b433adefdbb5f10d275722cdd7de 19e5',
    done: '15 000011 0000000000000000 5267b433adefdbb5f10d275722cdd7de 71',
    answer: '17 000012 0000000000000000 5267b433adefdbb5f10d275722cdd7de 19e5',
  },
  'aes-256-gcm-fixed-nonce': {
    serverConfirm: '06bd2535f4ce9a5cfa4818d784db7dc70d0be39ad0dada391387eda43a3cf675',
    clientConfirm: 'd6a942233baeeeee320d08ea43d20022f9987033895a3c846afe3ded3e497ca5',
    hi: '17 00001e 0000000000000000 e091651a4c212a6bbccc0bf3 c0ba 6916e3da15e099691fdfba1070edf19b',
    done: '15 00001d 0000000000000001 e091651a4c212a6bbccc0bf3 a8 16e7701b233be8c875bfe36548d2cbe6',
    answer: '17 00001e 0000000000000000 c9edddb65c93729c8a7a262b 8fc5 67e928866fe833380641efcdab14e205',
  },
};
const SERVER_NONCE = 'c0c1c2c3c4c5c6c7c8c9cacbcccdcecf d0d1d2d3d4d5d6d7d8d9dadbdcdddedf';

describe.each(SUITES)('$name', (suite: Suite) => {
  it('sends and understands exactly the bytes of the specification', () => {
    const { serverConfirm, clientConfirm, hi, done, answer } = TRANSCRIPTS[suite.name];
    const [byte, log] = [toHex(Uint8Array.of(suite.id)), [] as string[]];
    const random = (nonce: string) => (count: number) =>
      fromHex(count === 32 ? nonce : RANDOM).subarray(0, count);
    const client = channel('client', { suites: [suite], random: random(CLIENT_NONCE) });
    const keyLog = (line: string): void => void log.push(line);
    const server = channel('server', { suites: SUITES, random: random(SERVER_NONCE), keyLog });

    const hello = `01 000028 0000000000000000 01 ${CLIENT_NONCE} 01 ${byte} 04 64656d6f`;
    expect(client.start()).toEqual([{ kind: 'write', bytes: fromHex(hello) }]);
    const serverHello = `02 000042 0000000000000000 01 ${SERVER_NONCE} ${byte} ${serverConfirm}`;
    expect(take(server, hello)).toEqual([`write ${hex(serverHello)}`]);
    const finished = `03 000020 0000000000000000 ${clientConfirm}`;
    const opened = `opened psk, ${suiteTitle(suite)}`;
    expect(take(client, serverHello)).toEqual([`write ${hex(finished)}`, opened]);
    expect(take(server, finished)).toEqual([opened]);

    expect(toHex(concat(client.send(utf8('hi'))))).toBe(hex(hi));
    expect(toHex(client.close('done'))).toBe(hex(done));
    expect(toHex(concat(server.send(utf8('hi'))))).toBe(hex(answer));
    expect(take(server, hi + done)).toEqual(['plain 6869', 'closed done']);
    expect(log).toEqual([`WIREGLASS_PSK_PRK ${hex(CLIENT_NONCE)} ${PRK[suite.keys]}`]);
  });

  it('accepts the largest record, and refuses a larger one by its length alone', () => {
    const { client, server } = session(suite);
    const text = 'x'.repeat(LIMITS.recordPlaintext);
    expect(outcome(server, sealed(client, utf8(text)))).toBe(`ok ${text}`);
    const header = (length: number) => fromHex(`17 ${length.toString(16).padStart(6, '0')} 0000000000000000`);
    expect(outcome(session(suite).server, header(sealedCap(suite)))).toBe('ok ');
    expect(outcome(session(suite).server, header(sealedCap(suite) + 1))).toBe('record_too_large');
  });

  it('refuses a record that has no room for the parts of its body', () => {
    const { server } = session(suite);
    const refused = outcome(server, fromHex(`17 00000f ${'00'.repeat(8)} ${'00'.repeat(15)}`));
    expect(refused).toBe(ERRORS[suite.refusal].fatal ? suite.refusal : 'ok ');
  });
});

describe.each(SOUND_SUITES)('$name, as a sound suite,', (suite: Suite) => {
  it('refuses a record of which any one bit was flipped', () => {
    const record = sealed(session(suite).client, utf8('hi'));
    for (let bit = 0; bit < record.length * 8; bit++)
      expect(outcome(session(suite).server, flipped(record, bit)), `bit ${bit}`).not.toMatch(/^ok ./);
    expect(outcome(session(suite).server, record)).toBe('ok hi');
  });

  it('refuses a record the second time, out of turn, in another session and by the side that sent it', () => {
    const { client, server } = session(suite);
    const [one, two] = [sealed(client, utf8('one')), sealed(client, utf8('two'))];
    expect(outcome(session(suite).server, two)).toBe('record_out_of_order');
    expect(outcome(server, one)).toBe('ok one');
    expect(outcome(server, one)).toBe('record_replayed');
    expect(outcome(session(suite, 2).server, one)).toBe('bad_record_mac');
    expect(outcome(session(suite).client, one)).toBe('bad_record_mac');
  });

  it('seals the same text to other bytes each time', () => {
    const { client } = session(suite);
    const [one, two] = [sealed(client, utf8('same')), sealed(client, utf8('same'))];
    expect(toHex(one.subarray(12))).not.toBe(toHex(two.subarray(12)));
  });
});

describe('a handshake about suites', () => {
  const talk = (offered: readonly Suite[], accepted?: readonly Suite[]): string => {
    const client = channel('client', { suites: offered });
    const server = channel('server', accepted && { suites: accepted });
    const [hello] = client.start();
    const answer = outcomeOf(() => take(server, toHex((hello as { bytes: Uint8Array }).bytes)));
    if (!answer.startsWith('write ')) return answer;
    return outcomeOf(() => take(client, answer.slice('write '.length)).at(-1) ?? '');
  };
  const suite = (name: SuiteName): Suite => suiteByName(name) as Suite;

  it('ends with the suite that the server likes best, whatever the order of the offer', () => {
    expect(talk(SOUND_SUITES.toReversed())).toBe('opened psk, aes-256-gcm');
    expect(talk([...WEAK_SUITES, suite('chacha20-poly1305')], SUITES)).toBe('opened psk, chacha20-poly1305');
  });

  it.each(WEAK_SUITES)('fails with $name unless the server was asked to accept it', (weak: Suite) => {
    expect(talk([weak])).toBe('no_common_suite');
    expect(talk([weak], [...SOUND_SUITES, weak])).toBe(`opened psk, ${suiteTitle(weak)}`);
  });

  it('fails when the server answers with a suite that was not offered', () => {
    const client = channel('client', { suites: [suite('aes-256-eax')] });
    client.start();
    const answer = (id: string) => `02 000042 0000000000000000 01 ${SERVER_NONCE} ${id} ${'00'.repeat(32)}`;
    expect(outcomeOf(() => take(client, answer('01')))).toBe('no_common_suite');
    expect(outcomeOf(() => take(client, answer('81')))).toBe('no_common_suite');
  });

  function outcomeOf(run: () => string | string[]): string {
    try {
      const events = run();
      return typeof events === 'string' ? events : (events[0] ?? '');
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
});
