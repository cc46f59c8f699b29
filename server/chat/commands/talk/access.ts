/** Who may enter a room, and see that there is one. */
import { keepsOrder } from '../ranks.ts';
import type { Room, Session } from '../../state.ts';
import { accountAuthor } from '../../authors.ts';

/** Anyone into a public room; into one for the invited, those and moderators. */
export function mayEnter(session: Session, room: Room | undefined): boolean {
  const record = room?.record;
  if (record?.access !== 'invite' || keepsOrder(session)) return true;
  const author = authorOf(session);
  return author !== undefined && record.invited.includes(author);
}

/** What ties this connection to what it made and said; `undefined` while it is nobody in particular. */
export function authorOf({ operator, login, member }: Session): string | undefined {
  if (operator) return 'operator';
  return login ? accountAuthor(login.account.id) : member?.author;
}
