/** People for transcripts about talk: accounts of all roles without the ceremony of logging in. */
import { Stage, type StageOptions, WITH_ACCOUNTS } from './stage.ts';
import type { LiveAccount } from '#chat/state';
import type { SessionId } from '#chat/effects';
import type { ServerMessage, WireName } from '#wire/messages';
import type { AccountRole } from '#wire/roles';

export class TalkStage extends Stage {
  readonly #live = new Map<string, LiveAccount>();

  constructor(options: StageOptions = {}) {
    super({ policy: WITH_ACCOUNTS, ...options });
  }

  /** A connection of this account, which is made when there is none, in the lobby and with nothing left to hear. */
  seat(id: SessionId, name: string, role: AccountRole = 'user', wire: WireName = 'tls'): this {
    const known = this.#live.get(name);
    const account = known ?? { ...this.addAccount(name, role) };
    this.#live.set(name, account);
    this.connect(id, wire);
    const session = this.core.state.sessions.get(id);
    if (session) session.login = { account, session: login(account.id) };
    return this.say(id, { type: 'join' }).silence();
  }

  /** A connection of a guest, in the lobby and with nothing left to hear. */
  guest(id: SessionId, name: string): this {
    return this.connect(id).say(id, { type: 'join', name }).silence();
  }

  /** Nobody has anything left to hear. */
  silence(): this {
    this.heard.clear();
    return this;
  }

  /** What everyone has heard since the last silence, as `session: message`. */
  transcript(): [SessionId, ServerMessage][] {
    const all = [...this.heard].flatMap(([id, messages]) =>
      messages.map((message): [SessionId, ServerMessage] => [id, message]),
    );
    this.silence();
    return all;
  }
}

function login(account: number) {
  return {
    id: `login-${account}`,
    account,
    tokenHash: '',
    previousHash: undefined,
    tokenChanged: 0,
    created: 0,
    seen: 0,
    expires: Infinity,
    via: 'tls',
    address: '192.0.2.1',
  } as const;
}
