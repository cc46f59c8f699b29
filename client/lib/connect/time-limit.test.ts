/** A time limit beside another signal. */
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withTimeLimit } from './time-limit.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

describe('a time limit', () => {
  it('comes, also when garbage is collected before it', async () => {
    const stop = new AbortController();
    const signal = withTimeLimit(stop.signal, 100);
    // What has just been made is not garbage before the next turn of the event loop.
    for (let time = 0; time < 3; time++) {
      await wait(5);
      collect();
    }
    await expect.poll(() => signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('leaves the other signal its reason', () => {
    const stop = new AbortController();
    const signal = withTimeLimit(stop.signal, 60_000);
    expect(signal.aborted).toBe(false);
    stop.abort(new Error('stopped'));
    expect(signal.reason).toMatchObject({ message: 'stopped' });
  });
});
