/** People of every rank in the lobby, for transcripts about order. */
import { Stage, WITH_ACCOUNTS } from './stage.ts';
import type { SyncAnswers } from './memory-world.ts';

export const [MOD, PEER, BOSS, USER, GUEST] = [1, 2, 3, 4, 5] as const;

/** The moderators `mod` and `peer`, the admin `boss` (elsewhere), the user `ula` and the guest `gus`. */
export function crowd(answers: Partial<SyncAnswers> = {}): Stage {
  const stage = new Stage({ policy: WITH_ACCOUNTS, answers });
  stage.addAccount('mod', 'moderator');
  stage.addAccount('peer', 'moderator');
  stage.addAccount('boss', 'admin');
  stage.addAccount('ula');
  stage.arrive(MOD, 'mod').arrive(PEER, 'peer');
  stage.arrive(BOSS, 'boss', 'tls', '203.0.113.5').arrive(USER, 'ula');
  stage.connect(GUEST, 'plain').say(GUEST, { type: 'join', name: 'gus' });
  stage.heard.clear();
  return stage;
}
