import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { DEFENCE } from '#runtime/defence/defence';
import { openFilesLimit, withinOpenFiles } from './open-files.ts';

describe('the cap on connections', () => {
  const fitted = (tap: boolean, limit: number | undefined) => {
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
    const { connections } = withinOpenFiles(DEFENCE, { tap, log, limit });
    return { connections, lines };
  };

  it('leaves descriptors for the page and the operator, and says so when it is lowered', () => {
    const { connections, lines } = fitted(true, 4_096);
    expect(connections).toBe(1_194);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      openFiles: 4_096,
      connections: 1_194,
      wanted: 12_000,
    });
  });

  it('counts three sockets per connection with a tap and one without', () => {
    expect(fitted(false, 4_096)).toMatchObject({ connections: 3_584 });
  });

  it.each([1_000_000, undefined])('is as configured with %s descriptors', (limit) => {
    expect(fitted(true, limit)).toEqual({ connections: DEFENCE.connections, lines: [] });
  });

  it('reads the limit of this process', () => {
    if (process.platform !== 'win32') expect(openFilesLimit() ?? Infinity).toBeGreaterThan(0);
  });
});
