/**
 * Accounts over connections that break anywhere, also between a token and its successor: two clients of the same
 * account, another account and a guest lose nothing, duplicate nothing, and nobody speaks under another's name.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Step, breakingSteps, settle } from '../../test/support/chat/breaking-steps.ts';
import { ChatWorld, WorldClient } from '../../test/support/chat/chat-world.ts';
import { PASSWORD, WITH_ACCOUNTS } from '../../test/support/chat/stage.ts';
import type { SessionEvent } from './events.ts';

const PLACES = ['lobby', 'den', '@ben'] as const;
/** Two clients of ana, one of ben, and a guest. */
const WHO = ['ana', 'ana', 'ben', 'cem'] as const;

function play(steps: readonly Step[]) {
  const world = new ChatWorld(WITH_ACCOUNTS);
  for (const name of ['ana', 'ben']) world.memory.addAccount(name, 'user', 0);
  const clients = WHO.map((name, index) => {
    const account = name !== 'cem';
    const options = { refPrefix: `${name}${index}`, loginFirst: account, caps: { held: 3, inFlight: 4 } };
    const made = new WorldClient(world, account ? options : { ...options, name });
    if (account) made.logInAs(name, PASSWORD);
    return made;
  });
  const said: { by: number; key: number; text: string; room: string }[] = [];
  for (const each of clients) {
    each.connect('tls');
    settle(world, clients);
    each.session.join('den');
    settle(world, clients);
  }
  // Once known, a conversation is caught up like a room.
  clients.forEach((each, by) => {
    if (WHO[by] !== 'ben')
      said.push({ by, key: each.session.say('first', '@ben'), text: 'first', room: '@ben' });
    settle(world, clients);
  });
  steps.forEach((what, index) => {
    if (what.do === 'work') return void world.work();
    if (what.do === 'restart') return world.restart(clients);
    const who = clients[what.client] as WorldClient;
    if (what.do === 'say') {
      if (who.session.role === undefined && WHO[what.client] !== 'cem') return;
      const room = what.room === '@ben' && WHO[what.client] === 'ben' ? '@ana' : what.room;
      const text = index % 3 === 0 ? 'again' : `text ${index}`;
      said.push({ by: what.client, key: who.session.say(text, room), text, room });
    } else if (what.do === 'move') who.move(what.count);
    else if (what.do === 'drop') who.drop({ noticed: what.noticed });
    else who.connect('tls');
  });
  for (const each of clients) each.connect('tls');
  settle(world, clients);
  return { world, clients, said };
}

const ackedBy = (events: readonly SessionEvent[]) =>
  events.flatMap((e) =>
    e.type === 'answer' && e.answer.kind === 'sent' ? [{ key: e.key, id: e.answer.id }] : [],
  );

describe('logins over connections that break', () => {
  it('store each message once, under the name it was written under, and acknowledge it to its writer', () => {
    fc.assert(
      fc.property(breakingSteps(WHO.length, PLACES), (steps) => {
        const { world, clients, said } = play(steps);
        const ids: number[] = [];
        clients.forEach((each, by) => {
          const mine = said.filter((entry) => entry.by === by);
          const acks = ackedBy(each.events);
          expect(acks.map(({ key }) => key).sort((a, b) => a - b)).toEqual(mine.map(({ key }) => key));
          for (const { key, id } of acks) {
            const stored = world.stored.find((message) => message.id === id);
            const written = mine.find((entry) => entry.key === key);
            expect([stored?.from, stored?.text]).toEqual([WHO[by], written?.text]);
            ids.push(id);
          }
          expect([each.session.pending, each.session.name]).toEqual([0, WHO[by]]);
        });
        expect(ids.sort((a, b) => a - b)).toEqual(world.stored.map(({ id }) => id));
      }),
      { numRuns: 200 },
    );
  });

  it('show each other message once: those of others in the order of the store, and those of the other client', () => {
    fc.assert(
      fc.property(breakingSteps(WHO.length, PLACES), (steps) => {
        const { world, clients } = play(steps);
        clients.forEach((each, by) => {
          const own = new Set(ackedBy(each.events).map(({ id }) => id));
          for (const room of ['lobby', 'den']) {
            const seen = each.events.flatMap((e) => (e.type === 'message' && e.room === room ? [e] : []));
            const due = world.stored.filter((m) => m.room === room && !own.has(m.id));
            const others = seen.filter((message) => !message.own).map(({ id }) => id);
            expect(others).toEqual(due.filter(({ from }) => from !== WHO[by]).map(({ id }) => id));
            expect(seen.map(({ id }) => id).sort((a, b) => a - b)).toEqual(due.map(({ id }) => id));
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('catch up on private conversations', () => {
    fc.assert(
      fc.property(breakingSteps(WHO.length, PLACES), (steps) => {
        const { world, clients } = play(steps);
        clients.forEach((each, by) => {
          const own = new Set(ackedBy(each.events).map(({ id }) => id));
          const isMine = (m: { from: string; to?: { readonly name: string } | undefined }): boolean =>
            m.to !== undefined && (m.from === WHO[by] || m.to.name === WHO[by]);
          const due = world.stored.filter((m) => isMine(m) && !own.has(m.id)).map(({ id }) => id);
          const seen = each.events.flatMap((e) =>
            e.type === 'message' && e.room.startsWith('@') ? [e.id] : [],
          );
          expect(seen.sort((a, b) => a - b)).toEqual(due);
        });
      }),
      { numRuns: 200 },
    );
  });
});
