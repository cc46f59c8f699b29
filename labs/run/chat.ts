/** A learner's chat (lab 02) in place of ours: it hears every connection, on every wire, and says what to send. */
import { RemoteProtocolError } from '#protocol/errors';
import { fromUtf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { type ServerMessage, encodeMessage, parseServerMessage } from '#protocol/messages';
import type { Connection, Host } from '#runtime/sockets/connection';
import { CHAT_METHODS, type Chat, type Deed, deedsOf } from '../runner/chat-deeds.ts';
import { type LoadedPiece, Nonsense, callPiece, mustHave } from './fault.ts';

const CONTRACT =
  'It returns a list of { to: [numbers], message: a message of the protocol } and { close: number }.';

export class LearnersChat implements Host {
  readonly #piece: LoadedPiece;
  readonly #chat: Chat;
  readonly #connections = new Map<number, Connection>();

  constructor(piece: LoadedPiece) {
    this.#piece = piece;
    const create = piece.exports['createChat'] as () => Chat;
    this.#chat = callPiece(piece, { name: 'createChat()', input: () => undefined, contract: CONTRACT }, () =>
      mustHave(create(), CHAT_METHODS),
    );
  }

  opened(connection: Connection): void {
    const { id, wire } = connection;
    this.#connections.set(id, connection);
    this.#perform('connected()', wire, () => this.#chat.connected(id, wire));
  }

  payload({ id }: Connection, payload: Uint8Array): void {
    const text = fromUtf8(payload);
    if (text === undefined) throw new RemoteProtocolError('bad_utf8', { expected: 'well-formed UTF-8' });
    this.#perform('received()', text, () => this.#chat.received(id, text));
  }

  gone({ id }: Connection): void {
    if (!this.#connections.delete(id)) return;
    try {
      this.#perform('gone()', id, () => this.#chat.gone(id));
    } catch {
      // It has been told; there is no connection left to close.
    }
  }

  dirty(connection: Connection): void {
    setImmediate(() => connection.flush());
  }

  turnedAway(): void {
    // There is no audit log beside a learner's chat.
  }

  #perform(name: string, input: unknown, ask: () => unknown): void {
    const deeds = callPiece(this.#piece, { name, input: () => input, contract: CONTRACT }, () =>
      checkedDeeds(ask),
    );
    for (const deed of deeds) this.#carryOut(deed);
  }

  #carryOut(deed: Deed): void {
    if ('close' in deed) return this.#connections.get(deed.close)?.close('done');
    const frame = encodeFrame(encodeMessage(deed.message as ServerMessage));
    for (const id of deed.to) this.#connections.get(id)?.enqueue(frame);
  }
}

/** Every message must be one that a client understands. */
function checkedDeeds(ask: () => unknown): readonly Deed[] {
  const deeds = deedsOf(ask());
  for (const deed of deeds) {
    if ('close' in deed) continue;
    try {
      parseServerMessage(encodeMessage(deed.message as ServerMessage));
    } catch (error) {
      const { message, expected, got } = error as RemoteProtocolError;
      throw new Nonsense(
        `it gave a message that no client understands: ${message}${
          expected === undefined ? '' : ` (expected ${expected}, got ${got ?? 'something else'})`
        }`,
      );
    }
  }
  return deeds;
}
