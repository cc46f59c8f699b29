/** Suggestions for a mistyped name. */

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
  const whole = edits(typed, name, allowed);
  if (whole !== undefined) return whole;
  // A wrong prefix before the right last part.
  const last = name.slice(name.lastIndexOf('.') + 1);
  const typedLast = typed.slice(typed.lastIndexOf('.') + 1);
  return typedLast.length > 2 && typedLast === last ? 3.5 : undefined;
}

/** How many letters must be inserted, removed, changed or swapped; `undefined` if more than `most`. */
function edits(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (row[j - 1] as number) + 1,
        (before[j] as number) + 1,
        (before[j - 1] as number) + same,
      );
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, (older[j - 2] as number) + 1);
      row.push(best);
    }
    [older, before] = [before, row];
  }
  const distance = before[b.length] as number;
  return distance <= most ? distance : undefined;
}
