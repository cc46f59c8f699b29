import { randomInt } from 'node:crypto';
import type { Attack } from '../contract.ts';
import type { Unit } from '../mallory/mallory.ts';
import type { Person } from '../person.ts';
import type { World } from '../world.ts';

const NAMES = ['carol', 'dave', 'erin', 'frank', 'grace', 'heidi'] as const;
const ROUNDS = 24;
/** How many of those who get something first after a message count for it. */
const LOOKED_AT = 3;

const GREETING = 'are you there?';

type Pair = readonly [string, string];

const shown = (pairs: readonly Pair[]): string =>
  pairs
    .map((pair) => pair.toSorted().join(' and '))
    .sort()
    .join(', ');

/** Every way to part the names into pairs. */
function pairings([first, ...others]: readonly string[]): Pair[][] {
  if (first === undefined) return [[]];
  return others.flatMap((other) =>
    pairings(others.filter((name) => name !== other)).map((rest): Pair[] => [[first, other], ...rest]),
  );
}

/** Each conversation is open on both sides before it is watched. */
async function greet(people: ReadonlyMap<string, Person>, pairs: readonly Pair[]): Promise<void> {
  for (const [one, other] of pairs) {
    await people.get(one)?.whisper(other, GREETING);
    await people.get(other)?.hears(GREETING);
  }
}

/** Two at a time, chosen at random, say something to their partners. */
async function talk(
  people: ReadonlyMap<string, Person>,
  partners: ReadonlyMap<string, string>,
): Promise<void> {
  const names = [...people.keys()];
  for (let round = 0; round < ROUNDS; round++) {
    const first = randomInt(names.length);
    const second = (first + 1 + randomInt(names.length - 1)) % names.length;
    const said = [first, second].map(async (at) => {
      const [name, text] = [names[at] as string, `${round} ${at}`];
      const partner = partners.get(name) as string;
      await people.get(name)?.whisper(partner, text);
      await people.get(partner)?.hears(text);
    });
    await Promise.all(said);
  }
}

/** For each message of one connection: who gets something soon after it, the sooner the more. */
function scores(units: readonly Unit[]): (one: number, other: number) => number {
  const sums = new Map<string, number>();
  units.forEach(({ towards, connection }, at) => {
    if (towards !== 'server') return;
    const after = units
      .slice(at + 1)
      .filter((unit) => unit.towards === 'client' && unit.connection !== connection);
    const soon = [...new Set(after.map((unit) => unit.connection))].slice(0, LOOKED_AT);
    soon.forEach((other, rank) => {
      const key = [connection, other].sort().join();
      sums.set(key, (sums.get(key) ?? 0) + 1 / (rank + 1));
    });
  });
  return (one, other) => sums.get([one, other].sort().join()) ?? 0;
}

/** All enter, one after the other. */
async function entered(
  world: World,
): Promise<{ people: Map<string, Person>; connections: Map<string, number> }> {
  const [people, connections] = [new Map<string, Person>(), new Map<string, number>()];
  for (const name of NAMES) {
    people.set(name, await world.through(name));
    connections.set(name, world.mallory.newest);
  }
  return { people, connections };
}

export const whoToWhom: Attack = {
  id: 'who-to-whom',
  family: 'around',
  name: 'Find out who talks to whom',
  story:
    'Six people talk in pairs, in private. Eve reads nothing and knows only whose connection is whose. She notes who sends something and who gets something soon after it, and adds it up.',
  async *run(world) {
    const { people, connections } = await entered(world);
    const order = world.shuffled(NAMES);
    const pairs = [0, 2, 4].map((at): Pair => [order[at] as string, order[at + 1] as string]);
    const partners = new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
    await greet(people, pairs);
    const since = world.mallory.heard.length;
    await talk(people, partners);
    const units = world.mallory.heard.slice(since);
    yield {
      title: 'Records that Eve has noted, with nothing but time and direction',
      text: String(units.length),
    };
    const score = scores(units);
    const sumOf = (all: readonly Pair[]): number =>
      all.reduce((sum, [a, b]) => sum + score(connections.get(a) as number, connections.get(b) as number), 0);
    const ranked = pairings(NAMES).sort((a, b) => sumOf(b) - sumOf(a));
    yield {
      title: 'How well each way to pair them fits what she has noted',
      text: ranked.map((all) => `${sumOf(all).toFixed(1)}  ${shown(all)}`).join('\n'),
    };
    return {
      kind: 'gained',
      what: 'who talks to whom',
      wanted: shown(pairs),
      got: shown(ranked[0] as Pair[]),
    };
  },
};
