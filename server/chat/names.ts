/** Names for clients that ask for none, or for one that is taken. */
import { LIMITS } from '#protocol/limits';
import { cleanName } from '#protocol/names';

const ADJECTIVES =
  'amber brave calm clever cosmic curious deft eager fuzzy gentle golden happy humble jolly keen lucky mellow misty nimble noble plucky quick quiet rapid rosy silver sunny swift tidy vivid warm witty'.split(
    ' ',
  );
const ANIMALS =
  'badger beaver bison crane dolphin eagle falcon ferret finch fox gecko heron ibex jackal koala lemur lynx marmot marten newt ocelot orca otter owl panda puffin raven robin seal stork tapir wren'.split(
    ' ',
  );

/** A guest name for which `taken` is false. `random` returns the given number of random bytes. */
export function guestName(random: (count: number) => Uint8Array, taken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const [a = 0, b = 0, c = 0, d = 0] = random(4);
    const base = `${pick(ADJECTIVES, a)}-${pick(ANIMALS, b)}`;
    const name = attempt < 4 ? base : `${base}-${c * 256 + d}`;
    if (!taken(name)) return name;
  }
}

/** Up to three free names that resemble the one that is taken. */
export function suggestNames(name: string, wire: string, taken: (name: string) => boolean): string[] {
  const endings = [`-${wire.replace('+', '-')}`, ...Array.from({ length: 98 }, (_, i) => String(i + 2))];
  return freeNames(name, endings, taken);
}

/** Up to three free names that are this one, cut if need be, with one of the endings. */
export function freeNames(
  name: string,
  endings: readonly string[],
  taken: (name: string) => boolean,
): string[] {
  const free: string[] = [];
  for (const ending of endings) {
    const candidate = [...name].slice(0, LIMITS.name - ending.length).join('') + ending;
    // The wire's name is in Latin letters, which must not be mixed with every script.
    if (cleanName(candidate) !== undefined && !taken(candidate)) free.push(candidate);
    if (free.length === 3) break;
  }
  return free;
}

function pick(words: readonly string[], byte: number): string {
  return words[byte % words.length] as string;
}
