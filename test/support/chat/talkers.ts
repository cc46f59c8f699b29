/** People for transcripts about talk: accounts of all roles. */
import { Stage, type StageOptions, WITH_ACCOUNTS } from './stage.ts';
import type { SessionId } from '#chat/effects';
import type { ServerMessage, WireName } from '#protocol/messages';
import { nameKey } from '#protocol/names';
import type { AccountRole } from '#protocol/roles';

export class TalkStage extends Stage {
  constructor(options: StageOptions = {}) {
    super({ policy: WITH_ACCOUNTS, ...options });
  }

  /** A connection of this account, which is made when there is none, in the lobby and with nothing left to hear. */
  seat(id: SessionId, name: string, role: AccountRole = 'user', wire: WireName = 'tls'): this {
    if (!this.world.byKey(nameKey(name))) this.addAccount(name, role);
    const [lines, questions] = [this.audit.length, this.asked.length];
    this.arrive(id, name, wire);
    // How they came in is not part of the transcript.
    this.audit.length = lines;
    this.asked.length = questions;
    return this.silence();
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
