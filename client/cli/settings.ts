/** Address and credentials for a connection, from the command line, the environment and the data folder. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import { type SuiteName, suiteByName } from '#channel/psk/suites';
import { readAddresses } from '#data-folder/addresses';
import { dataPaths } from '#data-folder/paths';
import type { KnownLogin } from '#client/logins/kept-login';
import { LoginStore, defaultLoginsFile } from '#client/logins/logins';
import type { Target } from '#client/connect/supervisor';
import { isThisMachine } from '#data-folder/this-machine';
import { type WireName, isProtected, needsKeys, wireByName } from '#protocol/wires';

export interface ChatFlags {
  readonly wire: WireName;
  readonly host?: string;
  readonly port?: number;
  readonly name?: string;
  readonly room?: string;
  readonly ca?: string;
  readonly pskFile?: string;
  readonly suite?: SuiteName;
  readonly weakSuitesOnLan?: boolean;
  readonly data: string;
  readonly history?: number;
  readonly pad?: number;
  readonly json?: boolean;
  /** The account to log in to. */
  readonly login?: string;
  readonly guest?: boolean;
  readonly passwordFile?: string;
  readonly plainLogin?: boolean;
  readonly logins?: string;
  readonly quiet?: boolean;
}

/** A mistake in how the program was called; the message is for the person who called it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_HOST = 'localhost';
export const PSK_VARIABLE = 'WIREGLASS_PSK';
export const PASSWORD_VARIABLE = 'WIREGLASS_PASSWORD_FILE';

/** The password in the named file. Rejects with `UsageError`, also when others could read the file. */
export async function readPassword({ passwordFile }: ChatFlags): Promise<string> {
  const file = passwordFile ?? process.env[PASSWORD_VARIABLE];
  if (file === undefined)
    throw new UsageError(`to log in, a script needs --password-file FILE or ${PASSWORD_VARIABLE}=FILE`);
  const text = await readIfThere(file);
  if (text === undefined) throw new UsageError(`the password file ${file} does not exist`);
  if (await isOpenToOthers(file))
    throw new UsageError(`${file} can be read by others on this machine; run chmod 600 on it`);
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new UsageError(`the password file ${file} is empty`);
  return password;
}

/** The store of logins, and the stored login that is valid for this target, if any. A guest gets none. */
export async function readLogins(
  target: Target,
  { login, guest, name, logins: file }: ChatFlags,
  warn: (text: string) => void,
): Promise<{ readonly store: LoginStore | undefined; readonly known: KnownLogin | undefined }> {
  const store = new LoginStore(file ?? defaultLoginsFile());
  // A login is not shown on an unprotected wire unless the person asks for it.
  const guestly = guest ?? (login === undefined && (name !== undefined || !isProtected(target.wire)));
  try {
    const known = guestly ? undefined : await store.find(target, login, Date.now());
    return { store, known };
  } catch (error) {
    warn((error as Error).message);
    return { store: undefined, known: undefined };
  }
}

/** Address and credentials for a wire. Rejects with `UsageError` when something that the wire needs is missing. */
export async function targetFor(
  wire: WireName,
  port: number | undefined,
  flags: ChatFlags,
  warn: (text: string) => void,
): Promise<Target> {
  const address = await addressOf(wire, port, flags);
  const credentials = {
    ...(needsKeys(wire, 'certificate') && { ca: await readCa(wire, flags) }),
    ...(needsKeys(wire, 'shared') && { keys: await readKeys(wire, flags, warn) }),
  };
  return {
    wire,
    ...address,
    hints: hintsFor(flags, (await readAddresses(flags.data)) !== undefined),
    ca: undefined,
    keys: undefined,
    suite: flags.suite === undefined ? undefined : suiteByName(flags.suite),
    weakSuitesOnLan: flags.weakSuitesOnLan,
    ...credentials,
  };
}

const ELSEWHERE = 'If the server runs with --data FOLDER, give the same --data here';

/** Advice on the likely cause, by error code. */
function hintsFor({ data, ca, pskFile, host, port }: ChatFlags, runs: boolean): Target['hints'] {
  const paths = dataPaths(data);
  const authority = `The CA file ${ca ?? paths.caFile} may belong to another server. ${ELSEWHERE}, or the server's ca.pem with --ca.`;
  const key = `The key file ${pskFile ?? paths.keyFile} may belong to another server. ${ELSEWHERE}, or the server's key file with --psk-file.`;
  return {
    certificate_untrusted: authority,
    certificate_self_signed: authority,
    certificate_bad: authority,
    key_confirmation_failed: key,
    unknown_key_id: key,
    ...(host === undefined &&
      port === undefined &&
      !runs && {
        connection_refused: `No server runs on the data folder ${resolve(data)}. ${ELSEWHERE}, or its address with --host and --port.`,
      }),
  };
}

/**
 * The host and port that were given. What was not given is taken from the workbench that runs on the data folder, or
 * else is the default.
 */
async function addressOf(
  wire: WireName,
  port: number | undefined,
  { host, data }: ChatFlags,
): Promise<{ host: string; port: number }> {
  const usual = { host: host ?? DEFAULT_HOST, port: port ?? wireByName(wire).port };
  if (port !== undefined || (host !== undefined && !isThisMachine(host))) return usual;
  const found = (await readAddresses(data))?.wires[wire];
  return found ? { host: host ?? reachable(found.host), port: found.port } : usual;
}

/** A server that listens everywhere, or on loopback only, is reached on this machine as localhost. */
function reachable(host: string): string {
  return ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? DEFAULT_HOST : host;
}

async function readCa(wire: WireName, { ca, data }: ChatFlags): Promise<string> {
  const file = ca ?? dataPaths(data).caFile;
  const text = await readIfThere(file);
  if (text !== undefined) return text;
  throw new UsageError(
    ca === undefined
      ? `the ${wire} wire needs the CA that signed the server's certificate, and ${resolve(file)} does not exist. ${ELSEWHERE}, or the server's ca.pem with --ca.`
      : `the CA file ${file} does not exist`,
  );
}

/** A flag overrides the environment, and both override the key file in the data folder. */
async function readKeys(
  wire: WireName,
  flags: ChatFlags,
  warn: (text: string) => void,
): Promise<SharedKey[]> {
  const fromEnvironment = process.env[PSK_VARIABLE];
  if (flags.pskFile === undefined && fromEnvironment !== undefined)
    return parseKeys(PSK_VARIABLE, fromEnvironment);
  const file = flags.pskFile ?? dataPaths(flags.data).keyFile;
  const text = await readIfThere(file);
  if (text === undefined) {
    throw new UsageError(
      flags.pskFile === undefined
        ? `the ${wire} wire needs the server's shared key, and ${resolve(file)} does not exist. ${ELSEWHERE}, or the server's key file with --psk-file, or the key in ${PSK_VARIABLE}=id:hex.`
        : `the key file ${file} does not exist`,
    );
  }
  if (await isOpenToOthers(file)) warn(`${file} can be read by others on this machine; run chmod 600 on it`);
  return parseKeys(file, text);
}

function parseKeys(source: string, text: string): SharedKey[] {
  try {
    return parseKeyFile(text);
  } catch (error) {
    throw new UsageError(`${source}: ${(error as Error).message}`, { cause: error });
  }
}

async function isOpenToOthers(file: string): Promise<boolean> {
  // On Windows the mode bits say nothing about who may read a file.
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
