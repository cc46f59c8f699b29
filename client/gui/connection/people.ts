/** Who is in the room that is open, with roles, presence and wires; and who is typing there. */
import { useIntervalFn, useThrottleFn } from '@vueuse/core';
import { computed, shallowReactive, watch } from 'vue';
import { type Person, inOrder } from '../model/people.ts';
import type { Conversations } from './conversations.ts';
import type { Session } from './session.ts';

/** Milliseconds between two questions to the server, at least and at most. */
const ASK_EVERY_MS = 1_000;
const ASK_AT_LAST_MS = 10_000;
/** Milliseconds more for each person: the more they are, the longer the answer, and the more often it changes. */
const ASK_PER_PERSON_MS = 10;
/** Milliseconds for which someone counts as typing. */
const TYPING_MS = 4_000;

/** Whoever comes, goes, or gets another name or role changes the list. */
const AFTER_WHICH_TO_ASK: ReadonlySet<string> = new Set([
  'member_joined',
  'member_left',
  'members_changed',
  'renamed',
  'joined',
  'notice',
  'state',
]);

type Lists = Map<string, { readonly people: readonly Person[]; readonly count: number }>;
export type People = ReturnType<typeof usePeople>;

export function usePeople(session: Session, talk: Conversations) {
  const lists: Lists = shallowReactive(new Map());
  /** Room and name, and until when. */
  const typists = shallowReactive(
    new Map<string, { readonly room: string; readonly name: string; readonly until: number }>(),
  );

  const pause = (): number =>
    Math.min(ASK_AT_LAST_MS, ASK_EVERY_MS + ASK_PER_PERSON_MS * (lists.get(talk.current.value)?.count ?? 0));
  const askNow = useThrottleFn(() => askWho(session, talk, lists), pause, true, true);
  const ask = (): void => {
    if (mayAsk(session, talk)) void askNow();
  };

  session.listen((event) => {
    if (AFTER_WHICH_TO_ASK.has(event.type)) ask();
    if (event.type === 'presence') presence(event.name, event.state);
    if (event.type === 'message') typists.delete(`${event.room} ${event.from}`);
    if (event.type !== 'typing') return;
    const { room, name } = event;
    typists.set(`${room} ${name}`, { room, name, until: Date.now() + TYPING_MS });
  });
  watch(talk.current, ask);
  useIntervalFn(() => {
    for (const [key, { until }] of typists) if (until < Date.now()) typists.delete(key);
  }, 1_000);

  function presence(name: string, state: Person['presence']): void {
    for (const [room, list] of lists) {
      const people = list.people.map((person) =>
        person.name === name ? { ...person, presence: state } : person,
      );
      lists.set(room, { ...list, people });
    }
  }

  const here = computed(() => {
    const found = lists.get(talk.current.value);
    return { people: inOrder(found?.people ?? []), count: found?.count ?? 0 };
  });
  const typing = computed(() =>
    [...typists.values()].filter(({ room }) => room === talk.current.value).map(({ name }) => name),
  );
  return { here, typing };
}

function mayAsk(session: Session, talk: Conversations): boolean {
  const room = talk.current.value;
  const client = session.client.value;
  return client?.state === 'open' && !room.startsWith('@') && client.joinedRooms.includes(room);
}

async function askWho(session: Session, talk: Conversations, lists: Lists): Promise<void> {
  if (!mayAsk(session, talk)) return;
  // What is shown stays as it is when this fails.
  const answer = await session
    .present()
    .ask({ type: 'who', room: talk.current.value })
    .catch(() => undefined);
  if (answer) lists.set(answer.room, { people: answer.members, count: answer.count });
}
