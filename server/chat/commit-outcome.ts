/** What the authors and their rooms are told once a batch of messages has been stored, or could not be. */
import { refuse, withoutUndefined } from './commands/command.ts';
import { acknowledgeAgain } from './commands/talk/references.ts';
import type { Effect, NewMessage } from './effects.ts';
import { authorsLine, labelForAuthor, published } from './published.ts';
import type { ChatState } from './state.ts';
import type { ErrorCode } from '#protocol/errors';

/** The batch is in the store. Those whose numbers are in `repeated` had been stored before: everyone has received them. */
export function stored(
  state: ChatState,
  batch: readonly NewMessage[],
  repeated: ReadonlySet<number>,
): Effect[] {
  if (repeated.size === 0) return published(state, batch);
  const isRepeated = ({ id }: NewMessage) => repeated.has(id);
  const fresh = batch.filter((message) => !isRepeated(message));
  return [
    ...published(state, fresh),
    ...batch.filter(isRepeated).flatMap((message) => acknowledgeAgain(state, message)),
  ];
}

/** The batch could not be stored: nobody receives it, and each author is told. */
export function notStored(state: ChatState, batch: readonly NewMessage[], code: ErrorCode): Effect[] {
  return batch.flatMap((message) => {
    const { author, ref } = message;
    const session = authorsLine(state, message);
    if (ref !== undefined) state.membersByAuthor.get(author)?.pendingRefs.delete(ref);
    return session ? refuse(session, code, withoutUndefined({ ref, room: labelForAuthor(message) })) : [];
  });
}
