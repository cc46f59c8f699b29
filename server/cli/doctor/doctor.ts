/** `wireglass doctor`: diagnoses the server and its data folder, and says how to fix what is wrong. */
import type { Command } from 'commander';
import pc from 'picocolors';
import { type DataFlags, settingsOf, withDataOptions } from '../operator/flags.ts';
import { printable } from '#protocol/shown';
import { findServer } from '../operator/remote.ts';
import { type Check, type Finding, type CheckTarget, ok, problem } from './finding.ts';
import { checkModes, checkStore, checkTimes } from './folder.ts';
import { checkClock, checkDisk, checkNode } from './machine.ts';
import { checkDevices, checkPorts, checkReach } from './network.ts';
import { checkCertificates, checkKeyAge } from './secrets.ts';
import { START_CHECKS, examined } from './start.ts';

const checkServer: Check = async ({ server }) => {
  if (!server) return [ok('server', 'no server is running here')];
  const { problems, version } = await server.status();
  const mend = 'see the log of the server';
  if (problems.length > 0) return problems.map((text) => problem('server', text, mend));
  return [ok('server', `version ${version} is running without problems`)];
};

const CHECKS: Readonly<Record<string, Check>> = {
  node: checkNode,
  clock: checkClock,
  ...START_CHECKS,
  disk: checkDisk,
  modes: checkModes,
  times: checkTimes,
  database: checkStore,
  certificates: checkCertificates,
  'key age': checkKeyAge,
  ports: checkPorts,
  network: checkReach,
  devices: checkDevices,
  server: checkServer,
};

const MARKS = { ok: pc.green('ok     '), warning: pc.yellow('warning'), problem: pc.red('PROBLEM') } as const;

export function register(program: Command): void {
  withDataOptions(program.command('doctor'))
    .description('diagnose the server and its data folder; exits with 1 when there is a problem')
    .action(async (flags: DataFlags) => {
      const findings = await examine(flags, Date.now());
      if (flags.json) console.log(JSON.stringify(findings, null, 2));
      else findings.forEach(print);
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
    });
}

/** The findings of all checks. If the configuration cannot be read, that is the only finding. */
async function examine(flags: DataFlags, now: number): Promise<readonly Finding[]> {
  const settings = await settingsOf(flags).catch((error: unknown) => error as Error);
  if (settings instanceof Error)
    return [
      problem(
        'configuration',
        settings.message,
        'correct what it names; docs/reference/configuration.md lists all settings',
      ),
    ];
  const { data } = settings;
  const server = await findServer(data).catch((error: unknown) => error as Error);
  const target: CheckTarget = {
    settings,
    data,
    now,
    environment: process.env,
    server: server instanceof Error ? undefined : server,
  };
  const findings = [ok('configuration', `the settings are right; the data folder is ${data}`)];
  if (server instanceof Error)
    findings.push(problem('server', server.message, 'run this as the account that started the server'));
  for (const [name, check] of Object.entries(CHECKS)) findings.push(...(await examined(name, check, target)));
  return findings;
}

function print({ check, level, text, mend }: Finding): void {
  const mark = process.stdout.isTTY ? MARKS[level] : level.padEnd(7);
  console.log(`${mark}  ${check.padEnd(18)} ${printable(text)}`);
  if (mend !== undefined) console.log(`${' '.repeat(28)}→ ${printable(mend)}`);
}
