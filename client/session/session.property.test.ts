/**
 * However often and wherever connections break, nothing is lost, nothing is duplicated, and everything keeps its
 * order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Step, breakingSteps, settle } from '../../test/support/chat/breaking-steps.ts';
import { ChatWorld, WorldClient } from '../../test/support/chat/chat-world.ts';

const ROOMS = ['lobby', 'den'] as const;
const NAMES = ['ana', 'ben', 'cem'] as const;

function play(steps: readonly Step[]) {
  const world = new ChatWorld();
  const clients = NAMES.map(
    (name) => new WorldClient(world, { name, refPrefix: name, caps: { held: 3, inFlight: 4 } }),
  );
  const said: { by: number; key: number; text: string; room: string }[] = [];
  for (const each of clients) {
    each.connect();
    settle(world, clients);
    each.session.join('den');
    settle(world, clients);
  }
  steps.forEach((what, index) => {
    if (what.do === 'work') return void world.work();
    if (what.do === 'restart') return world.restart(clients);
    const who = clients[what.client] as WorldClient;
    if (what.do === 'say') {
      // The same text again and again: only the refs tell the messages apart.
      const text = index % 3 === 0 ? 'again' : `text ${index}`;
      said.push({ by: what.client, key: who.session.say(text, what.room), text, room: what.room });
    } else if (what.do === 'move') who.move(what.count);
    else if (what.do === 'drop') who.drop({ noticed: what.noticed });
    else who.connect();
  });
  for (const each of clients) each.connect();
  settle(world, clients);
  return { world, clients, said };
}

describe('a session over connections that break', () => {
  it('stores each message once, in the order of saying, and acknowledges it once', () => {
    fc.assert(
      fc.property(breakingSteps(NAMES.length, ROOMS), (steps) => {
        const { world, clients, said } = play(steps);
        clients.forEach((each, by) => {
          const mine = said.filter((entry) => entry.by === by);
          const stored = world.stored.filter(({ from }) => from === NAMES[by]);
          expect(stored.map(({ text, room }) => [text, room])).toEqual(
            mine.map(({ text, room }) => [text, room]),
          );
          const acks = each.events.flatMap((e) =>
            e.type === 'answer' && e.answer.kind === 'sent' ? [e] : [],
          );
          expect(acks.map(({ key }) => key).sort((a, b) => a - b)).toEqual(mine.map(({ key }) => key));
          expect(acks.map(({ answer }) => answer.kind === 'sent' && answer.id).sort()).toEqual(
            stored.map(({ id }) => id).sort(),
          );
          expect(each.session.pending).toBe(0);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('shows each message of others once, in the order of the store, and none of its own', () => {
    fc.assert(
      fc.property(breakingSteps(NAMES.length, ROOMS), (steps) => {
        const { world, clients } = play(steps);
        clients.forEach((each, by) => {
          for (const room of ROOMS) {
            const seen = each.events.flatMap((e) => (e.type === 'message' && e.room === room ? [e.id] : []));
            const others = world.stored
              .filter((m) => m.room === room && m.from !== NAMES[by])
              .map(({ id }) => id);
            expect(seen).toEqual(others);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('catches up over many pages while others go on talking', () => {
    const world = new ChatWorld();
    const [ana, ben] = ['ana', 'ben'].map(
      (name) => new WorldClient(world, { name, refPrefix: name, caps: { held: 5 } }),
    ) as [WorldClient, WorldClient];
    const both = [ana, ben];
    ana.connect();
    ben.connect();
    settle(world, both);
    ben.drop({ noticed: true });
    for (let i = 0; i < 450; i++) ana.session.say(`missed ${i}`);
    settle(world, both);
    ben.connect();
    for (let i = 0; i < 200; i++) {
      ana.session.say(`meanwhile ${i}`);
      ana.move(500);
      world.work();
      ben.move(3_000);
    }
    settle(world, both);
    const seen = ben.events.flatMap((e) => (e.type === 'message' ? [e.id] : []));
    expect(seen).toEqual(world.stored.map(({ id }) => id));
    expect(seen.length).toBe(650);
  });
});
