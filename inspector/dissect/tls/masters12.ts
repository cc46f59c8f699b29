/**
 * Master secrets that may be those of the last handshake of a TLS 1.2 connection, and the names by which the
 * session may be resumed later, here or in another connection: its id or its ticket (RFC 5246 §F.1.4, RFC 5077
 * §3.1).
 */
import type { Direction } from '../model.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import type { SessionName } from '../secrets/session-memory.ts';
import { KeyExchangeMessages } from './key-exchange-messages.ts';
import { type Candidate, type Exchange, masterCandidates } from './master12.ts';
import type { ClientHello, HandshakeFacts, ServerHello } from './messages/facts.ts';

type Agreed = Omit<Exchange, 'extended' | 'sent' | 'messages' | 'sessionId'>;

/** Names of one session: its id, and a ticket. */
const MAX_NAMES = 8;
const TAKEN_UP_AGAIN = 'the master secret of the resumed session';

export class Masters12 {
  readonly #secrets: SecretLookup;
  readonly #exchange = new KeyExchangeMessages();
  #found: readonly Candidate[] | undefined;
  /** The names that the session of the last handshake was given. */
  #names: SessionName[] = [];

  constructor(secrets: SecretLookup) {
    this.#secrets = secrets;
  }

  /** The master secrets of the last handshake, once they have been asked for. */
  get found(): readonly Candidate[] | undefined {
    return this.#found;
  }

  add(dir: Direction, facts: HandshakeFacts): void {
    this.#exchange.add(dir, facts);
    const { serverHello, ticket } = facts;
    if (dir !== 's2c') return;
    if (serverHello) this.#begin(serverHello);
    // The tickets of TLS 1.3 have a nonce and do not stand for a master secret.
    if (ticket && !ticket.nonce) this.#name({ kind: 'ticket', value: ticket.ticket });
  }

  /** Something that may have held messages could not be read. */
  hole(): void {
    this.#exchange.hole();
  }

  of(client: ClientHello, server: ServerHello, agreed: Agreed): readonly Candidate[] {
    if (this.#found) return this.#found;
    const { sent, messages } = this.#exchange;
    const { extendedMasterSecret: extended, sessionId } = server;
    const made = masterCandidates(this.#secrets, { ...agreed, sessionId, extended, sent, messages });
    this.#found = made.length === 0 && !sent ? this.#takenUp(client, server) : made;
    this.#remember();
    return this.#found;
  }

  #begin({ sessionId }: ServerHello): void {
    this.#found = undefined;
    this.#names = [];
    this.#name({ kind: 'id', value: sessionId });
  }

  #name(name: SessionName): void {
    if (name.value.length === 0 || this.#names.length >= MAX_NAMES) return;
    this.#names.push(name);
    this.#remember();
  }

  #remember(): void {
    const masters = this.#found?.map(({ master }) => master) ?? [];
    if (masters.length === 0) return;
    for (const name of this.#names) this.#secrets.sessions.remember(name, masters);
    this.#names = [];
  }

  /**
   * A server that resumes a session repeats the client's session id; with a ticket, that may be any id (RFC
   * 5077 §3.4).
   */
  #takenUp({ extensions }: ClientHello, { sessionId }: ServerHello): Candidate[] {
    const names: SessionName[] = [];
    if (extensions.ticket?.length) names.push({ kind: 'ticket', value: extensions.ticket });
    if (sessionId.length > 0) names.push({ kind: 'id', value: sessionId });
    const masters = this.#secrets.sessions.find(names);
    return masters.map((master) => ({ master, name: TAKEN_UP_AGAIN, source: 'earlier session' }));
  }
}
