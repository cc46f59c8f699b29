/** What can happen to clients whose connections break anywhere: steps for property tests over a `ChatWorld`. */
import fc from 'fast-check';
import type { ChatWorld, WorldClient } from './chat-world.ts';

export type Step =
  | { readonly do: 'say'; readonly client: number; readonly room: string }
  | { readonly do: 'move'; readonly client: number; readonly count: number }
  | { readonly do: 'work' }
  | { readonly do: 'restart' }
  | { readonly do: 'drop'; readonly client: number; readonly noticed: boolean }
  | { readonly do: 'connect'; readonly client: number };

/** Up to 200 steps of this many clients, which speak in these places. */
export function breakingSteps(clients: number, places: readonly string[]): fc.Arbitrary<Step[]> {
  const client = fc.integer({ min: 0, max: clients - 1 });
  const is = <const T extends string>(name: T) => fc.constant(name);
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.record({ do: is('say'), client, room: fc.constantFrom(...places) }) },
    {
      weight: 13,
      arbitrary: fc.record({ do: is('move'), client, count: fc.integer({ min: 1, max: 2_000 }) }),
    },
    { weight: 7, arbitrary: fc.record({ do: is('work') }) },
    { weight: 2, arbitrary: fc.record({ do: is('drop'), client, noticed: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: is('connect'), client }) },
    { weight: 1, arbitrary: fc.record({ do: is('restart') }) },
  );
  return fc.array(step, { maxLength: 200 });
}

/** Everything that is on its way arrives, and everything that is asked is answered. */
export function settle(world: ChatWorld, clients: readonly WorldClient[]): void {
  for (let moved = true; moved;) {
    moved = world.work();
    for (const each of clients) moved = each.move(100_000) || moved;
  }
}
