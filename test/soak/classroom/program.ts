/** The real program with a class: started, killed and started again at the same addresses. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WIRE_NAMES } from '#protocol/wires';
import { Program } from '../../support/programs/program.ts';
import type { ClassPlace } from '../../support/servers/class.ts';

interface Ready {
  readonly pid: number;
  readonly web: { readonly port: number };
  readonly wires: readonly { readonly wire: string; readonly host: string; readonly port: number }[];
  readonly class: { readonly code: string };
}

export interface Running {
  readonly program: Program;
  readonly ready: Ready;
}

/** Ports: of the page, and then of each wire. */
export async function start(data: string, [web, ...wires]: readonly number[]): Promise<Running> {
  const ports = WIRE_NAMES.flatMap((wire, at) => [`--${wire.replaceAll('+', '-')}`, String(wires[at])]);
  const where = ['--data', data, '--host', '127.0.0.1', '--web', String(web)];
  const program = new Program(['classroom', ...where, ...ports, '--log', 'error', '--json']);
  return { program, ready: JSON.parse(await program.line()) as Ready };
}

export async function stop({ program }: Running, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  program.child.kill(signal);
  await program.finished;
}

export function placeOf({ ready: { web, wires } }: Running): ClassPlace {
  return {
    origin: `http://127.0.0.1:${web.port}`,
    target: (wire) => wires.find((row) => row.wire === wire) ?? { host: '127.0.0.1', port: 0 },
  };
}

/** The instructor's. */
export async function tokenIn(data: string): Promise<string> {
  return (await readFile(join(data, 'web-token'), 'utf8')).trim();
}
