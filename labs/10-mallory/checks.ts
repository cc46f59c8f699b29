/** What Mallory and the two clients of lab 10 must do, over real connections and with every kind of certificate. */
import type { Bench, Check } from '#judge/check';
import { describe, must, mustBeBytes } from '#judge/failure';
import { PieceObject, mustHaveMethods } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { EMPTY, concat } from '#protocol/bytes';
import type { Identity } from '#runtime/pieces';
import { type Reasons, mustRefuseServers } from './bad-servers.ts';
import { BlindClient, EchoServer, NAME, answerTo, eventually, identities } from './world.ts';

const MALLORY = 'startMallory';
const VERIFYING = 'dialVerifying';
const PINNED = 'dialPinned';
const LOOK = { wire: 'tls', filter: 'tls.handshake.type == "certificate"' };

type Direction = 'c2s' | 's2c';

export const CHECKS: readonly Check[] = [
  {
    id: 'reads-both-sides',
    requires: 'Mallory passes on what a careless client and the server say, unchanged, and sees all of it.',
    why: 'TLS to the wrong one is TLS all the same: the lock in the address bar is closed, and she has the key.',
    about: MALLORY,
    run: withMallory(async ({ port, seen, server }, random) => {
      const client = new BlindClient(port);
      const said = random.bytes(random.between(20, 400));
      client.socket.write(said);
      await eventually(
        () => client.bytes.length >= said.length,
        'the answer of the server does not reach the client',
      );
      mustBeBytes(client.bytes, answerTo(said), { what: 'what the client got' });
      mustBeBytes(server.visits[0]?.bytes, said, { what: 'what the server got' });
      await eventually(
        () => seen.c2s.length + seen.s2c.length >= 2 * said.length,
        'onBytes was not called with everything',
      );
      mustBeBytes(seen.c2s, said, { what: 'what onBytes was told of c2s' });
      mustBeBytes(seen.s2c, answerTo(said), { what: 'what onBytes was told of s2c' });
      client.socket.destroy();
    }),
  },
  {
    id: 'server-speaks-first',
    requires: 'What the server says first reaches a client that has said nothing.',
    why: 'A Wireglass server greets before anyone has spoken: a Mallory that waits for the client is noticed.',
    about: MALLORY,
    run: withMallory(
      async ({ port, greeting }) => {
        const client = new BlindClient(port);
        await eventually(
          () => client.bytes.length >= greeting.length,
          'the greeting does not reach the client',
        );
        mustBeBytes(client.bytes, greeting, { what: 'the greeting' });
        client.socket.destroy();
      },
      { greets: true },
    ),
  },
  {
    id: 'many-at-once',
    requires: 'Several clients at once, with much to say, each have a connection of their own to the server.',
    why: 'Two victims on one connection read each other’s answers, and complain.',
    about: MALLORY,
    run: withMallory(async ({ port, server }, random) => {
      const talks = [1, 2, 3].map(() => ({ client: new BlindClient(port), said: random.bytes(60_000) }));
      for (const { client, said } of talks) client.socket.write(said);
      const isThere = () => talks.every(({ client, said }) => client.bytes.length >= said.length);
      await eventually(isThere, 'not every client gets its whole answer');
      for (const { client, said } of talks) mustBeBytes(client.bytes, answerTo(said), { what: 'an answer' });
      must(server.visits.length === talks.length, {
        what: 'the number of connections to the server is not right',
        expected: String(talks.length),
        got: String(server.visits.length),
      });
      for (const { client } of talks) client.socket.destroy();
    }),
  },
  {
    id: 'ends-pass',
    requires:
      'When one side ends or breaks off, Mallory ends the other side, and goes on with the next client.',
    why: 'A connection that nobody is behind any more gives her away, and in the end fills her machine.',
    about: MALLORY,
    run: withMallory(async ({ port, server }, random) => {
      for (const end of ['end', 'destroy', 'server'] as const) {
        const client = new BlindClient(port);
        const said = random.bytes(30);
        client.socket.write(said);
        await eventually(
          () => client.bytes.length === said.length,
          'a client gets no answer after another one has left',
        );
        const visit = server.visits.at(-1);
        if (end === 'server') visit?.socket.end();
        else client.socket[end]();
        await eventually(() => client.isOver, 'the client stays connected after the server has ended');
        await eventually(
          () => visit?.isOver === true,
          'the server stays connected after the client has ended',
        );
      }
    }),
  },
  {
    id: 'talks-to-the-right-one',
    requires:
      'The verifying client talks to a server with a valid certificate: hello first, then what is written.',
    why: 'A client that refuses everyone is safe, and useless.',
    about: VERIFYING,
    look: LOOK,
    run: async ({ piece, random }) => {
      const { server } = await identities();
      await mustTalk({ piece, random, method: VERIFYING, identity: server });
    },
  },
  {
    id: 'wrong-name-refused',
    requires: 'A certificate of the trusted CA for another name is refused.',
    why: 'Everyone can get a certificate, for a name of their own: without this check, each is good for all names.',
    about: VERIFYING,
    run: refuses(VERIFYING, { wrongName: /name|host/i }),
  },
  {
    id: 'bad-certificates-refused',
    requires:
      'A certificate that is self-signed, of another CA, expired or not yet valid is refused, and the error says why.',
    why: 'A person who reads the reason can tell an old certificate from an attack.',
    about: VERIFYING,
    run: refuses(VERIFYING, {
      selfSigned: /self.?signed/i,
      otherCa: /issuer|verify|signature|self.?signed/i,
      expired: /expired/i,
      notYet: /not.?yet/i,
    }),
  },
  {
    id: 'mallory-reads-nothing',
    requires: 'Through Mallory, the verifying client is refused, and she reads nothing of its secret.',
    why: 'Verifying a moment too late is not verifying: the password has been sent.',
    about: VERIFYING,
    run: async (bench) => {
      const { ca } = await identities();
      await withMallory(async ({ port, seen, server }, random) => {
        const options = { port, name: NAME, ca, hello: random.bytes(40) };
        await mustThrow(bench.piece, {
          method: VERIFYING,
          args: [options, () => undefined],
          what: 'Mallory',
        });
        await eventually(() => server.isAlone, 'a refused connection stays open');
        mustBeBytes(seen.c2s, EMPTY, { what: 'what Mallory has read' });
      })(bench);
    },
  },
  {
    id: 'pinned-talks',
    requires:
      'The pinned client talks to the server whose key has the pin, also when its certificate was renewed.',
    why: 'Certificates change every few months; the key behind them may stay, so the pin is one of the key.',
    about: PINNED,
    run: async ({ piece, random }) => {
      const { server, renewed } = await identities();
      for (const identity of [server, renewed]) await mustTalk({ piece, random, method: PINNED, identity });
    },
  },
  {
    id: 'other-key-refused',
    requires:
      'A certificate of the trusted CA for the right name, but over another key, is refused by the pinned client.',
    why: 'CAs have been tricked and broken into; only the pin notices that.',
    about: PINNED,
    run: refuses(PINNED, { misissued: /./ }),
  },
  {
    id: 'pinned-still-verifies',
    requires: 'The right key does not help a certificate that is expired or for another name.',
    why: 'A pin comes on top of verification. In its place, it would undo what the CA has taken back.',
    about: PINNED,
    run: refuses(PINNED, { wrongName: /./, expired: /./, notYet: /./ }),
  },
];

interface Scene {
  /** Of Mallory. */
  readonly port: number;
  /** What onBytes was told. */
  readonly seen: Record<Direction, Uint8Array>;
  readonly server: EchoServer;
  readonly greeting: Uint8Array;
}

/** Runs a check with a real server, and the learner's Mallory in front of it with a certificate that nobody trusts. */
function withMallory(
  run: (scene: Scene, random: Random) => Promise<void>,
  { greets = false }: { readonly greets?: boolean } = {},
): (bench: Bench) => Promise<void> {
  return async ({ piece, random }) => {
    const { server: identity, otherCa } = await identities();
    const greeting = greets ? random.bytes(50) : EMPTY;
    const server = new EchoServer(identity, greeting);
    const seen = { c2s: EMPTY, s2c: EMPTY };
    const onBytes = (direction: unknown, bytes: unknown): void => {
      if ((direction === 'c2s' || direction === 's2c') && bytes instanceof Uint8Array)
        seen[direction] = concat([seen[direction], bytes]);
    };
    let mallory: unknown;
    try {
      mallory = await piece.call(MALLORY, { targetPort: await server.listen(), ...otherCa }, onBytes);
      mustHaveMethods(mallory, ['port', 'close'], MALLORY);
      const port = await mallory.call('port');
      must(typeof port === 'number' && port > 0 && port < 65_536, {
        what: 'port() gives no port',
        got: describe(port),
      });
      await run({ port, seen, server, greeting }, random);
    } finally {
      server.close();
      if (mallory instanceof PieceObject && mallory.methods.includes('close')) await mallory.call('close');
    }
  };
}

interface Talk {
  readonly piece: PieceObject;
  readonly random: Random;
  readonly method: string;
  readonly identity: Identity;
}

async function mustTalk({ piece, random, method, identity }: Talk): Promise<void> {
  const { ca, pin } = await identities();
  const server = new EchoServer(identity);
  let got: Uint8Array = EMPTY;
  const onBytes = (bytes: unknown): void => {
    if (bytes instanceof Uint8Array) got = concat([got, bytes]);
  };
  try {
    const [hello, more] = [random.bytes(30), random.bytes(5_000)];
    const connection = await piece.call(
      method,
      {
        port: await server.listen(),
        name: NAME,
        ca,
        pin,
        hello,
      },
      onBytes,
    );
    mustHaveMethods(connection, ['write', 'close'], method);
    await connection.call('write', more);
    const said = concat([hello, more]);
    const arrived = (): Uint8Array => server.visits[0]?.bytes ?? EMPTY;
    await eventually(() => arrived().length >= said.length, 'not everything reaches the server');
    mustBeBytes(arrived(), said, { what: 'what the server got' });
    await eventually(() => got.length >= said.length, 'onBytes was not called with the whole answer');
    mustBeBytes(got, answerTo(said), { what: 'what onBytes was told' });
    await connection.call('close');
    await eventually(() => server.isAlone, 'the connection stays open after close');
  } finally {
    server.close();
  }
}

/** Each of these is refused for the reason, nothing has been sent, and the connection is closed. */
function refuses(method: string, bad: Reasons): Check['run'] {
  return async ({ piece, random }) => {
    const { pin, server } = await identities();
    await mustTalk({ piece, random, method, identity: server });
    await mustRefuseServers(piece, { method, bad, options: { pin, hello: random.bytes(30) } });
  };
}
