/** Suggestions for a mistyped name. */
import { distance } from 'fastest-levenshtein';

/** Up to three of `names` that are nearest to `typed`, all at the same distance; none if no name is near. */
export function nearest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const rated = names.flatMap((name) => {
    const rate = distanceOf(wanted, name.toLowerCase());
    return rate === undefined ? [] : [{ name, rate }];
  });
  const best = Math.min(...rated.map(({ rate }) => rate));
  return rated
    .filter(({ rate }) => rate === best)
    .sort((a, b) => a.name.length - b.name.length)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The distance in letters. `text` for `msg.text` counts as one; `undefined` if the name is too far away. */
function distanceOf(typed: string, name: string): number | undefined {
  if (name === typed) return 0;
  if (name.endsWith(`.${typed}`)) return 1;
  const allowed = Math.max(1, Math.min(3, Math.floor(typed.length / 3)));
  const whole = edits(typed, name);
  if (whole <= allowed) return whole;
  // A wrong prefix before the right last part.
  const last = name.slice(name.lastIndexOf('.') + 1);
  const typedLast = typed.slice(typed.lastIndexOf('.') + 1);
  return typedLast.length > 2 && typedLast === last ? 3.5 : undefined;
}

/** How many letters must be inserted, removed or changed; two neighbours that are swapped count as one change. */
function edits(a: string, b: string): number {
  return isSwap(a, b) ? 1 : distance(a, b);
}

function isSwap(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a === b.slice(0, at) + (b[at + 1] ?? '') + (b[at] ?? '') + b.slice(at + 2);
}
