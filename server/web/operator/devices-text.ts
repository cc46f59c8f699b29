/** What the status says about other machines, in the terminal and in the console. */
import { isLoopbackHost } from '#protocol/addresses';
import { formatSpan } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import type { Status } from './answers.ts';

/** Undefined where no other machine can come. `now` is in milliseconds since 1970. */
export function devicesText(
  { host, devices }: Pick<Status, 'host' | 'devices'>,
  now: number,
): string | undefined {
  if (isLoopbackHost(host)) return undefined;
  if (devices.last === null) return 'no other device has reached the page';
  const others = `${counted(devices.count, 'other device')} ${devices.count === 1 ? 'has' : 'have'} reached the page`;
  return `${others}, the last one ${formatSpan(Math.max(0, now - devices.last))} ago`;
}
