/** The operator's commands, while a workbench runs and while none does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Ran, runCommand } from '../programs/command.ts';
import type { Puppet } from './server.ts';
import { type TestWorkbench, startTestWorkbench } from './workbench.ts';

export const PASSWORD = 'lantern-orchid-47-quay';

export let folder: string;
export let data: string;
let workbench: TestWorkbench | undefined;

/** Each test of the file has a data folder of its own, and what runs on it ends with the test. */
export function useWorkbench(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-commands-'));
    data = join(folder, 'data');
    await start();
    await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  });
  afterEach(async () => {
    await workbench?.close();
    await rm(folder, { recursive: true, force: true });
  });
}

export async function start(): Promise<void> {
  workbench = await startTestWorkbench(data);
}

export async function stop(): Promise<void> {
  await workbench?.close();
  workbench = undefined;
}

export function running(): TestWorkbench {
  if (!workbench) throw new Error('the workbench was stopped');
  return workbench;
}

type Module = Parameters<typeof runCommand>[0];
export const run = (register: Module, ...args: string[]): Promise<Ran> =>
  runCommand(register, ...args, '--data', data);
export const json = async (register: Module, ...args: string[]): Promise<unknown> =>
  JSON.parse((await run(register, ...args, '--json')).out);

export async function until<T extends Parameters<Puppet['expect']>[0]>(
  puppet: Puppet,
  type: T,
): Promise<unknown> {
  for (let message = await puppet.next(); message; message = await puppet.next())
    if (message.type === type) return message;
  throw new Error(`the connection ended without ${type}`);
}
