/** What the command line, the environment and the workbench's data folder say about where to connect and with what. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import { readAddresses } from '#client/addresses';
import { dataPaths } from '#client/data-paths';
import type { KnownLogin } from '#client/kept-login';
import { LoginStore, defaultLoginsFile } from '#client/logins';
import type { Target } from '#client/supervisor';
import { isThisMachine } from '#client/this-machine';
import { wireByName } from '#runtime/wires';
import type { WireName } from '#wire/messages';

export interface ChatFlags {
  readonly wire: WireName;
  readonly host?: string;
  readonly port?: number;
  readonly name?: string;
  readonly room?: string;
  readonly ca?: string;
  readonly pskFile?: string;
  readonly data: string;
  readonly history?: number;
  readonly json?: boolean;
  /** The account to log in to. */
  readonly login?: string;
  readonly guest?: boolean;
  readonly passwordFile?: string;
  readonly plainLogin?: boolean;
  readonly logins?: string;
  readonly quiet?: boolean;
}

/** A mistake in how the program was called; the message is for the person who did. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_HOST = 'localhost';
export const PSK_VARIABLE = 'WIREGLASS_PSK';
export const PASSWORD_VARIABLE = 'WIREGLASS_PASSWORD_FILE';

/** The password of the file that was named. Rejects with `UsageError`, also when others could read it. */
export async function readPassword({ passwordFile }: ChatFlags): Promise<string> {
  const file = passwordFile ?? process.env[PASSWORD_VARIABLE];
  if (file === undefined)
    throw new UsageError(`a script logs in with --password-file FILE or ${PASSWORD_VARIABLE}=FILE`);
  const text = await readIfThere(file);
  if (text === undefined) throw new UsageError(`the password file ${file} is not there`);
  if (await isOpenToOthers(file))
    throw new UsageError(`${file} can be read by others on this machine; chmod 600 it`);
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new UsageError(`the password file ${file} is empty`);
  return password;
}

/** The logins that are kept, and the one that is good for this target, if any. Nothing of it fits a guest. */
export async function readLogins(
  target: Target,
  { login, guest, name, logins: file }: ChatFlags,
  warn: (text: string) => void,
): Promise<{ readonly store: LoginStore | undefined; readonly known: KnownLogin | undefined }> {
  const store = new LoginStore(file ?? defaultLoginsFile());
  // Without being asked nothing shows a login on a wire that does not protect it.
  const guestly = guest ?? (login === undefined && (name !== undefined || target.wire === 'plain'));
  try {
    const known = guestly ? undefined : await store.find(target, login, Date.now());
    return { store, known };
  } catch (error) {
    warn((error as Error).message);
    return { store: undefined, known: undefined };
  }
}

/** Address and credentials for a wire. Rejects with `UsageError` when what the wire needs cannot be had. */
export async function targetFor(
  wire: WireName,
  port: number | undefined,
  flags: ChatFlags,
  warn: (text: string) => void,
): Promise<Target> {
  const { transport, sharedKey } = wireByName(wire);
  const place = await placeOf(wire, port, flags);
  const credentials = {
    ...(transport === 'tls' && { ca: await readCa(wire, flags) }),
    ...(sharedKey && { keys: await readKeys(wire, flags, warn) }),
  };
  return {
    wire,
    ...place,
    hints: hintsFor(flags, (await readAddresses(flags.data)) !== undefined),
    ca: undefined,
    keys: undefined,
    ...credentials,
  };
}

const ELSEWHERE = 'If the server runs with --data FOLDER, give the same --data here';

/** What was likely forgotten, by what went wrong. */
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

/** What was named; for the rest where the workbench of the data folder listens, when it runs; else the usual place. */
async function placeOf(
  wire: WireName,
  port: number | undefined,
  { host, data }: ChatFlags,
): Promise<{ host: string; port: number }> {
  const { defaultPort } = wireByName(wire);
  const usual = { host: host ?? DEFAULT_HOST, port: port ?? defaultPort };
  if (port !== undefined || (host !== undefined && !isThisMachine(host))) return usual;
  const found = (await readAddresses(data))?.wires[wire];
  return found ? { host: host ?? reachable(found.host), port: found.port } : usual;
}

/** One that listens everywhere is reached on this machine by name, as one that listens on loopback alone is. */
function reachable(host: string): string {
  return ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? DEFAULT_HOST : host;
}

async function readCa(wire: WireName, { ca, data }: ChatFlags): Promise<string> {
  const file = ca ?? dataPaths(data).caFile;
  const text = await readIfThere(file);
  if (text !== undefined) return text;
  throw new UsageError(
    ca === undefined
      ? `the ${wire} wire needs the CA that signed the server's certificate, and ${resolve(file)} is not there. ${ELSEWHERE}, or the server's ca.pem with --ca.`
      : `the CA file ${file} is not there`,
  );
}

/** A flag counts more than the environment, and both more than what happens to lie in the data folder. */
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
        ? `the ${wire} wire needs the server's shared key, and ${resolve(file)} is not there. ${ELSEWHERE}, or the server's key file with --psk-file, or the key in ${PSK_VARIABLE}=id:hex.`
        : `the key file ${file} is not there`,
    );
  }
  if (await isOpenToOthers(file)) warn(`${file} can be read by others on this machine; chmod 600 it`);
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
  // On Windows the bits say nothing about who may read a file.
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
