/** Installs the programs that some tests need, where that can be done without asking: on Debian, as root. */
import { existsSync } from 'node:fs';
import { TOOLS, TOOL_NAMES, type ToolName, findTool, forgetTools } from '../support/programs/tools.ts';
import { run } from './process.ts';

const MINUTES = 60_000;

export function missingTools(): ToolName[] {
  return TOOL_NAMES.filter((name) => findTool(name) === undefined);
}

/** Installs what is missing: all at once, and one by one if that fails, so that one failure costs one tool. */
export async function installTools(report: (line: string) => void): Promise<void> {
  const missing = missingTools();
  if (missing.length === 0 || !canInstall()) return;
  report(`installing ${missing.join(', ')} …`);
  await apt(['update', '-q']);
  const packages = [...new Set(missing.map((name) => TOOLS[name].debian))];
  if (!(await install(packages)).ok) await installEach(packages, report);
  forgetTools();
}

async function installEach(packages: readonly string[], report: (line: string) => void): Promise<void> {
  for (const name of packages) {
    const { ok, output } = await install([name]);
    if (!ok) report(`could not install ${name}: ${output.trim().split('\n').at(-1) ?? ''}`);
  }
}

function install(packages: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return apt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
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
