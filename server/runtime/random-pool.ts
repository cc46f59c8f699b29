/** Random bytes for small needs: drawn from the system many at a time, because each call to it costs more than they do. */
import { randomBytes } from 'node:crypto';

const POOL = 4_096;

/** Returns a function that gives so many bytes, none of them twice. */
export function randomPool(): (count: number) => Uint8Array {
  let pool = new Uint8Array(0);
  return (count) => {
    if (count > POOL / 16) return randomBytes(count);
    if (pool.length < count) pool = randomBytes(POOL);
    const bytes = Uint8Array.from(pool.subarray(0, count));
    // What has been given away is not kept: it may be a secret.
    pool.fill(0, 0, count);
    pool = pool.subarray(count);
    return bytes;
  };
}
