/** A request for moderation, as `wireglass kick`, `mute` and `ban` send it. */
import { ANSWER } from '#web/operator/answers';
import { AskError, ask } from './ask.ts';

export interface Operation {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Rejects with the chat's reason if it refuses. */
export async function operate(operation: Operation): Promise<void> {
  const answer = await ask('run', ANSWER, operation);
  if (answer.type !== 'error') return;
  throw new AskError(409, String(answer['code']), `Refused: ${String(answer['message'])}.`);
}
