/** The transcript hashes of TLS 1.3 as data (RFC 8446 §4.4.1), as far as the messages are at hand. */
import { EMPTY } from '#protocol/bytes';
import { hashLength } from '../tls/schedule.ts';
import { HANDSHAKE_TYPE } from '../tls/names.ts';
import { type TranscriptMessage, finishedIn, isHashed13, messageHashHeader } from '../tls/transcript.ts';
import type { Hash } from './commands.ts';
import type { Steps, Value } from './steps.ts';
import { type TlsFacts, messageValue } from './tls-facts.ts';

export const FIRST_HELLO = 'tls.transcript.first_hello';

/** The hashes, by the last message that goes in. */
export interface Hashes13 {
  readonly serverHello?: Value;
  readonly serverFinished?: Value;
  /** A function, because only secrets from a pre-shared key need this hash, and it covers a lot. */
  readonly clientFinished?: () => Value;
  /** What the Finished of each side covers. */
  readonly covered: { readonly s2c?: Value; readonly c2s?: Value };
}

type HashThrough = (end: number, name: string) => Value;

export function transcriptHashes(steps: Steps, hash: Hash, { transcript }: TlsFacts): Hashes13 {
  const messages = transcript.messages.filter(isHashed13);
  const values = afterRetry(steps, hash, messages);
  const through: HashThrough = (end, name) => {
    const id = `tls.transcript.${name}`;
    const told = HASHES[name] as readonly [name: string, note: string];
    return steps.hash({ id, name: told[0], note: told[1], source: 'RFC 8446 §4.4.1' }, hash, values(end));
  };
  const hello = messages.findIndex(({ type, retry }) => type === HANDSHAKE_TYPE.serverHello && !retry);
  if (hello < 0) return { covered: {} };
  const serverHello = through(hello + 1, 'hellos');
  const [server, client] = [finishedIn(messages, 's2c'), finishedIn(messages, 'c2s')];
  if (server < 0) return { serverHello, covered: {} };
  const verified = through(server, 'before_server_finished');
  const serverFinished = through(server + 1, 'server_finished');
  if (client < server) return { serverHello, serverFinished, covered: { s2c: verified } };
  const certified = client === server + 1 ? serverFinished : through(client, 'before_client_finished');
  const clientFinished = (): Value => through(client + 1, 'client_finished');
  return { serverHello, serverFinished, clientFinished, covered: { s2c: verified, c2s: certified } };
}

/** The first `end` messages as they are hashed: a HelloRetryRequest comes after the hash of the first hello. */
function afterRetry(
  steps: Steps,
  hash: Hash,
  messages: readonly TranscriptMessage[],
): (end: number) => Value[] {
  const [first, second] = messages;
  if (!first || !second?.retry) return (end) => messages.slice(0, end).map(messageValue);
  const head = firstHello(steps, hash, FIRST_HELLO, first);
  return (end) => [...head, ...messages.slice(1, end).map(messageValue)];
}

/** What replaces the first hello after a HelloRetryRequest: a message with its hash. */
export function firstHello(steps: Steps, hash: Hash, id: string, first: TranscriptMessage): Value[] {
  const step = {
    id,
    name: 'hash of the first client hello',
    note: 'After a HelloRetryRequest it stands in for the first hello, so that a server need not remember it.',
    source: 'RFC 8446 §4.4.1',
  };
  const known = steps.find(id) ?? steps.hash(step, hash, [messageValue(first)]);
  return [{ name: 'message_hash header', bytes: messageHashHeader(hashLength(hash)) }, known];
}

/** The context of secrets that depend on no message. */
export function emptyHash(steps: Steps, hash: Hash): Value {
  const id = `tls.empty.${hash}`;
  const note = 'Used where a hash of messages or of a context is needed and there are none.';
  const step = { id, name: 'hash of nothing', note, source: 'RFC 8446 §7.1' };
  return steps.find(id) ?? steps.hash(step, hash, [{ name: 'nothing', bytes: EMPTY }]);
}

const HASHES: Readonly<Record<string, readonly [name: string, note: string]>> = {
  hellos: [
    'hash of the hellos',
    'It goes into the handshake secrets, so a change of either hello on its way gives the two sides different keys.',
  ],
  before_server_finished: ['hash up to the server’s Finished', 'What the server’s Finished covers.'],
  server_finished: [
    'hash with the server’s Finished',
    'It goes into the application secrets and the exporter secret.',
  ],
  before_client_finished: [
    'hash up to the client’s Finished',
    'What the client’s Finished covers: the client has said more than its Finished.',
  ],
  client_finished: [
    'hash with the client’s Finished',
    'The whole handshake. It goes into the resumption secret.',
  ],
};
