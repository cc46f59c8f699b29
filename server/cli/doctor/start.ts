/**
 * The checks before a server starts, as a table: `serve` refuses to start if there is a problem and logs warnings, and
 * `doctor` shows all findings. Nothing is changed. Missing files are fine, because the start creates them.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFault } from '#certs/file-errors';
import { commandLine } from '#client-cli/hints';
import { quoted } from '#protocol/shown';
import { dataPaths } from '#data-folder/paths';
import { addressesFile } from '#data-folder/addresses';
import { strangeVariables } from '../config/variables.ts';
import { lockPath } from '../folder-lock.ts';
import { formatTime } from '../operator/format.ts';
import { parseKeys, parseToken, readSecret } from '../secrets.ts';
import { checkPast } from './clock.ts';
import { type Finding, type CheckContext, ok, problem, warning } from './finding.ts';

export type StartCheck = (context: CheckContext) => Promise<readonly Finding[]>;

const checkKinds: StartCheck = async ({ data }) => {
  const wrong: Finding[] = [];
  for (const [path, wanted] of kindsIn(data)) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      const { code = '' } = found;
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        wrong.push(problem('files', `${path}: ${fileFault(found) ?? found.message}`, 'fix that, then start'));
      continue;
    }
    const other = wanted === 'folder' ? !found.isDirectory() : !found.isFile();
    if (other)
      wrong.push(problem('files', `${path} must be a ${wanted}, but is ${kindOf(found)}`, 'move it away'));
  }
  return wrong.length > 0 ? wrong : [ok('files', `files and folders in ${data} are what they should be`)];
};

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFile() ? 'a file' : 'neither a file nor a folder';
}

function kindsIn(data: string): [path: string, wanted: 'file' | 'folder'][] {
  const { database, keyFile, tokenFile, operatorTokenFile, certificates } = dataPaths(data);
  const files = [
    ...['', '-wal', '-shm'].map((part) => `${database}${part}`),
    ...[keyFile, tokenFile, operatorTokenFile, lockPath(data), addressesFile(data)],
    ...['ca.pem', 'ca.key', 'server.pem', 'server.key'].map((name) => join(certificates, name)),
  ];
  return [
    [data, 'folder'],
    [certificates, 'folder'],
    ...files.map((path): [string, 'file'] => [path, 'file']),
  ];
}

const checkTokens: StartCheck = async ({ data }) => {
  const { tokenFile, operatorTokenFile } = dataPaths(data);
  for (const file of [tokenFile, operatorTokenFile]) {
    const text = await readSecret(file);
    if (text !== undefined) parseToken(file, text);
  }
  return [ok('tokens', 'the tokens of the page and of the operator cannot be guessed')];
};

const checkKeys: StartCheck = async ({ data, now }) => {
  const { keyFile } = dataPaths(data);
  const text = await readSecret(keyFile);
  if (text === undefined) return [ok('shared keys', 'there are none yet')];
  const keys = parseKeys(keyFile, text);
  const newKey = `make a new key: ${commandLine('psk rotate', data)}`;
  const ended = keys.filter(({ until }) => until !== undefined && until <= now);
  if (ended.length === keys.length) {
    const said = `every key in ${keyFile} has expired, so nobody can connect on psk and tls+psk`;
    return [warning('shared keys', said, newKey)];
  }
  const findings = ended.map(({ id, until = 0 }) =>
    warning(
      'shared keys',
      `${id} expired on ${formatTime(until)}`,
      `remove it: ${commandLine(`psk remove ${quoted(id)}`, data)}`,
    ),
  );
  if (keys[0] && ended.includes(keys[0]))
    findings.push(warning('shared keys', 'the key that clients use has expired', newKey));
  return findings.length > 0
    ? findings
    : [ok('shared keys', `${keys.length} in ${keyFile}, none has expired`)];
};

const checkVariables: StartCheck = async ({ environment }) => {
  const strange = strangeVariables(environment);
  if (strange.length === 0) return [ok('environment', 'every variable that begins with WIREGLASS_ is known')];
  return strange.map((name) =>
    warning(
      'environment',
      `${name} is not a setting and has no effect`,
      'check its spelling (docs/reference/configuration.md lists all settings), or unset it',
    ),
  );
};

export const START_CHECKS = {
  files: checkKinds,
  environment: checkVariables,
  tokens: checkTokens,
  'shared keys': checkKeys,
  'past times': checkPast,
} as const satisfies Record<string, StartCheck>;

/** Logs the warnings. Rejects with the problems, which would keep the server from working. */
export async function checkStart(context: CheckContext, warn: (text: string) => void): Promise<void> {
  const problems: string[] = [];
  for (const [name, check] of Object.entries(START_CHECKS)) {
    for (const { level, text, mend = '' } of await examined(name, check, context)) {
      const said = mend === '' ? text : `${text}; ${mend}`;
      if (level === 'problem') problems.push(said);
      if (level === 'warning') warn(said);
    }
    // Later checks could not read a file that is in fact a folder.
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }
}

/** Runs a check. If it rejects, that is the problem it has found. */
export async function examined<P>(
  name: string,
  check: (context: P) => Promise<readonly Finding[]>,
  context: P,
): Promise<readonly Finding[]> {
  try {
    return await check(context);
  } catch (error) {
    const { message } = error as Error;
    // The messages of Wireglass also say what to do.
    return [{ check: name, level: 'problem', text: message }];
  }
}
