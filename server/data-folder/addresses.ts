/** The addresses of a running workbench, from its data folder. A port differs from the default if that was taken. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { WIRE_NAMES } from '#protocol/wires';

const PORT = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const ADDRESS = v.object({ host: v.string(), port: PORT });
const ADDRESSES = v.object({
  /** The process that wrote this file; once it is gone, the addresses are no longer valid. */
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The page, without its token. */
  web: v.pipe(v.string(), v.url()),
  wires: v.object(v.entriesFromList(WIRE_NAMES, ADDRESS)),
});

export type Addresses = v.InferOutput<typeof ADDRESSES>;

export function addressesFile(data: string): string {
  return join(data, 'addresses.json');
}

/**
 * Addresses of the workbench that runs on this data folder, or `undefined` when there is none, it was killed, or the
 * file is not one of ours. Then the default ports are as good a guess as any.
 */
export async function readAddresses(data: string): Promise<Addresses | undefined> {
  const text = await readFile(addressesFile(data), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), ADDRESSES), text);
  return success && isAlive(output.pid) ? output : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is alive and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
