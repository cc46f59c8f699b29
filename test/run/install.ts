/** Installs the programs that some tests need, where that can be done without asking: on Debian, as root. */
import { existsSync } from 'node:fs';
import { TOOLS, TOOL_NAMES, type ToolName, findTool, forgetTools } from '../support/programs/tools.ts';
import { run } from './process.ts';

const MINUTES = 60_000;

export function missingTools(): ToolName[] {
  return TOOL_NAMES.filter((name) => findTool(name) === undefined);
}

/** Installs what is missing, one by one so that one failure costs one tool. `report` gets a line for each. */
export async function installTools(report: (line: string) => void): Promise<void> {
  const missing = missingTools();
  if (missing.length === 0 || !canInstall()) return;
  report(`installing ${missing.join(', ')} …`);
  await apt(['update', '-q']);
  for (const name of missing) {
    const { debian } = TOOLS[name];
    const { ok, output } = await apt(['install', '-y', '-q', '--no-install-recommends', debian]);
    if (!ok) report(`could not install ${debian}: ${output.trim().split('\n').at(-1) ?? ''}`);
  }
  forgetTools();
}

function canInstall(): boolean {
  const isRoot = process.getuid?.() === 0;
  return isRoot && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

function apt(args: string[]): Promise<{ ok: boolean; output: string }> {
  // tshark would ask who may capture; the tests only read files.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return run('/usr/bin/apt-get', args, { env, timeout: 10 * MINUTES });
}
