/** Servers that no client may talk to, each with a certificate that is bad in its own way. */
import { describe, must, mustBeBytes } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import { mustThrow } from '#judge/refusals';
import { EMPTY, concat } from '#protocol/bytes';
import { EchoServer, type Identities, NAME, eventually, identities } from './world.ts';

type Bad = Exclude<keyof Identities, 'ca' | 'pin' | 'server' | 'renewed'>;

/** What the error about each must say. */
export type Reasons = Readonly<Partial<Record<Bad, RegExp>>>;

const WORDS: Readonly<Record<Bad, string>> = {
  misissued: 'a certificate of the trusted CA over another key',
  wrongName: 'a certificate for other.example',
  expired: 'an expired certificate',
  notYet: 'a certificate that is not valid yet',
  otherCa: 'a certificate of another CA',
  selfSigned: 'a self-signed certificate',
};

export interface Dialling {
  /** The learner's function that connects. */
  readonly method: string;
  readonly bad: Reasons;
  /** Options besides the port, the name and the CA. */
  readonly options?: object;
}

/** Throws unless each is refused for its reason, with nothing sent to it, and with the connection closed. */
export async function mustRefuseServers(
  piece: PieceObject,
  { method, bad, options = {} }: Dialling,
): Promise<void> {
  const all = await identities();
  for (const [kind, reason] of Object.entries(bad) as [Bad, RegExp][]) {
    const server = new EchoServer(all[kind]);
    const what = WORDS[kind];
    try {
      const target = { port: await server.listen(), name: NAME, ca: all.ca, ...options };
      const thrown = await mustThrow(piece, { method, args: [target, () => undefined], what });
      await eventually(() => server.isAlone, `the connection to a server with ${what} stays open`);
      const sent = concat(server.visits.map(({ bytes }) => bytes));
      mustBeBytes(sent, EMPTY, { what: `what was sent to a server with ${what}` });
      must(reason.test(`${thrown.code ?? ''} ${thrown.message}`), {
        what: `the error does not say what is wrong with ${what}`,
        expected: 'an error that says so, as the one of Node does',
        got: describe(thrown.message),
      });
    } finally {
      server.close();
    }
  }
}
