/** What the client of lab 09 must do: talk to the right server, and to no other. */
import type { Bench, Check } from '#judge/check';
import { mustBeBytes } from '#judge/failure';
import { type PieceObject, mustHaveMethods } from '#judge/piece';
import { mustThrow } from '#judge/refusals';
import { EMPTY, concat } from '#protocol/bytes';
import type { Identity } from '#runtime/pieces';
import { type Reasons, mustRefuseServers } from '../10-mallory/bad-servers.ts';
import { EchoServer, NAME, answerTo, identities } from '../10-mallory/world.ts';
import { patienceOf } from './stage.ts';

const CLIENT = 'connectTls';

export const CLIENT_CHECKS: readonly Check[] = [
  {
    id: 'client-talks',
    requires: 'Your client gives what the server says first, then talks in both directions until it closes.',
    why: 'A client that refuses everyone is safe, and useless. And a Wireglass server speaks first.',
    about: CLIENT,
    look: { wire: 'tls', filter: 'tls.handshake' },
    run: async (bench) => {
      await mustConnect(bench, (await identities()).server);
    },
  },
  {
    id: 'wrong-name-refused',
    requires: 'Your client refuses a certificate of the CA that is for another name.',
    why: 'Anyone can get a certificate for a name of their own. Without this check, it would be good for every name.',
    about: CLIENT,
    run: refuses({ wrongName: /name|host/i }),
  },
  {
    id: 'bad-certificates-refused',
    requires:
      'Your client refuses a certificate that is self-signed, of another CA, expired or not yet valid, and says why.',
    why: 'Encrypted talk with the wrong server is no secret: it is a secret that you share with Mallory.',
    about: CLIENT,
    look: { wire: 'tls', filter: 'tls.handshake.type == "certificate"' },
    run: refuses({
      selfSigned: /self.?signed/i,
      otherCa: /issuer|verify|signature|self.?signed/i,
      expired: /expired/i,
      notYet: /not.?yet/i,
    }),
  },
  {
    id: 'old-server-refused',
    requires: 'Your client refuses a server that speaks nothing newer than TLS 1.1.',
    why: 'The older version of the two ends decides: each end must say what it does not want any more.',
    about: CLIENT,
    look: { wire: 'tls', filter: 'tls.handshake.type == "server_hello"' },
    run: async (bench) => {
      const { server: identity, ca } = await identities();
      await mustConnect(bench, identity);
      const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const server = new EchoServer({ ...identity, ...versions });
      try {
        const options = { port: await server.listen(), name: NAME, ca };
        const args = [options, () => undefined];
        await mustThrow(bench.piece, { method: CLIENT, args, what: 'a server of TLS 1.1' });
      } finally {
        server.close();
      }
    },
  },
  {
    id: 'client-survives',
    requires: 'When the server breaks off, the program of your client goes on.',
    why: 'Networks break. A client must be able to say so, and to try again.',
    about: CLIENT,
    run: async (bench) => {
      const { server: identity, ca } = await identities();
      const server = new EchoServer(identity);
      try {
        const options = { port: await server.listen(), name: NAME, ca };
        const connection = await bench.piece.call(CLIENT, options, () => undefined);
        mustHaveMethods(connection, ['write', 'close'], CLIENT);
        const patience = patienceOf(bench);
        await patience.until(
          () => server.visits.length === 1,
          () => 'the client does not connect',
        );
        server.breakOff();
        await patience.until(
          () => server.isAlone,
          () => 'the connection stays open',
        );
        await connection.call('close');
      } finally {
        server.close();
      }
      await mustConnect(bench, identity);
    },
  },
];

/** The client talks to a server of ours that speaks first. */
async function mustConnect(bench: Bench, identity: Identity): Promise<void> {
  const { random, piece } = bench;
  const patience = patienceOf(bench);
  const { ca } = await identities();
  const greeting = random.bytes(50);
  const server = new EchoServer(identity, greeting);
  let got: Uint8Array = EMPTY;
  const onBytes = (bytes: unknown): void => {
    if (bytes instanceof Uint8Array) got = concat([got, bytes]);
  };
  try {
    const options = { port: await server.listen(), name: NAME, ca };
    const connection: unknown = await piece.call(CLIENT, options, onBytes);
    mustHaveMethods(connection, ['write', 'close'], CLIENT);
    await arrives(() => got, greeting, 'what the server says first');
    const said = [random.bytes(30), random.bytes(60_000)];
    for (const part of said) await connection.call('write', part);
    const whole = concat(said);
    await arrives(() => server.visits[0]?.bytes ?? EMPTY, whole, 'what write() was given, at the server');
    await arrives(() => got, concat([greeting, answerTo(whole)]), 'what onBytes was told');
    await mustClose(connection);
  } finally {
    server.close();
  }

  async function arrives(there: () => Uint8Array, expected: Uint8Array, what: string): Promise<void> {
    await patience.until(
      () => there().length >= expected.length,
      () => ({
        what: `${what}: not all of it arrives`,
        expected: `${expected.length} bytes`,
        got: `${there().length} bytes`,
      }),
    );
    mustBeBytes(there(), expected, { what });
  }

  async function mustClose(connection: PieceObject): Promise<void> {
    await connection.call('close');
    await patience.until(
      () => server.isAlone,
      () => 'the connection stays open after close',
    );
  }
}

/** Each of these is refused for its reason; nothing has been sent, and the connection is closed. */
function refuses(bad: Reasons): Check['run'] {
  return async (bench) => {
    await mustConnect(bench, (await identities()).server);
    await mustRefuseServers(bench.piece, { method: CLIENT, bad });
  };
}
