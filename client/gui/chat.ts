/** The chat of this page: it goes on while the person is in another view. */
import { createGlobalState } from '@vueuse/core';
import { useAlerts } from './connection/alerts.ts';
import { Conversations } from './connection/conversations.ts';
import { usePeople } from './connection/people.ts';
import { Session } from './connection/session.ts';
import { useWireList } from './connection/wires.ts';

export const useChat = createGlobalState(() => {
  const wires = useWireList();
  const session = new Session(wires);
  const talk = new Conversations(session);
  const people = usePeople(session, talk);
  const alerts = useAlerts(session, talk);
  return { wires, session, talk, people, alerts };
});

export type Chat = ReturnType<typeof useChat>;

/** As much of a chat as its conversation shows. */
export interface ShownChat {
  readonly session: Pick<Session, 'state' | 'isModerator'>;
  readonly talk: Pick<
    Conversations,
    | 'log'
    | 'excerpt'
    | 'target'
    | 'current'
    | 'title'
    | 'markRead'
    | 'older'
    | 'newer'
    | 'jump'
    | 'again'
    | 'drop'
    | 'backToPresent'
  >;
}
