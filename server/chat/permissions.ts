/**
 * Who may send what, by the rows of the messages. Other conditions of a request (being in the room, outranking its
 * target, owning the message) are checked by its command.
 */
import { type ClientMessage, rowOf } from '#protocol/messages';
import { type Role, hasRole } from '#protocol/roles';

/** Whether this role may send the message; `undefined` is a client that has yet to log in where accounts are required. */
export function mayAsk(role: Role | undefined, type: ClientMessage['type']): boolean {
  const { right } = rowOf(type);
  if (right === 'anyone') return true;
  return role !== undefined && hasRole(role, right);
}
