/** How the page writes times, sizes and bytes. */
import type { Direction } from '#dissect/model';

/** Local time of day with milliseconds, `14:03:07.042`. `time` is in milliseconds since 1970. */
export function clock(time: number): string {
  const date = new Date(time);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `142 B`, `64.0 KiB`, `1.5 MiB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** `3.1 ms`, `42 ms`, `1.2 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function way(dir: Direction): string {
  return dir === 'c2s' ? 'client → server' : 'server → client';
}

/** The same for screen readers. */
export function spokenWay(dir: Direction): string {
  return dir === 'c2s' ? 'client to server' : 'server to client';
}

export function arrow(dir: Direction): string {
  return dir === 'c2s' ? '→' : '←';
}

/** A byte as text: itself where ASCII prints it, a middle dot elsewhere. */
export function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

export function hexOffset(offset: number, digits = 4): string {
  return offset.toString(16).padStart(digits, '0');
}
