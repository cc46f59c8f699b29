/** Times as a person reads them, on the clock and in the language of this browser. */
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const DAY_MS = 86_400_000;

export const clock = (ts: number): string => CLOCK.format(ts);
export const fullTime = (ts: number): string => FULL.format(ts);

export function dayName(ts: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(ts)) / DAY_MS);
  if (days === 0) return 'Today';
  return days === 1 ? 'Yesterday' : DAY.format(ts);
}

function midnight(ts: number): number {
  return new Date(ts).setHours(0, 0, 0, 0);
}
