/** Durations as people type them: `45s`, `10m` or `10min`, `2h`, `7d`, or combined as `1h30m`. */
const SECONDS = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
type Unit = keyof typeof SECONDS;

export const DURATION_RULE = 'a number with s, m, h, d or w, such as 10m or 2h';

/** Seconds, or `undefined` if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(s|min|m|h|d|w))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(s|min|m|h|d|w)/g))
    seconds += Number(count) * SECONDS[unit as Unit];
  return seconds;
}
