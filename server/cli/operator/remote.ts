/** The server that is running on a data folder, for the operator's commands. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { commandLine } from '#client-cli/hints';
import { type Addresses, addressesFile, readAddresses } from '#data-folder/addresses';
import { dataPaths } from '#data-folder/paths';
import {
  ACCOUNT_NAME,
  ANSWER,
  CERTIFICATE,
  CONNECTIONS,
  CONSOLE_LINK,
  FAILURE,
  KEYS,
  ROOMS,
  ROTATED,
  STATUS,
  WIRE_ROW,
  WIRE_ROWS,
} from '#web/operator/answers';
import type { WireName } from '#protocol/wires';
import type { AccountChange } from '#web/operator/routes';
import type { OPERATIONS } from '#web/operator/requests';
import { folderHolder, lockFolder } from '../folder-lock.ts';
import { askServer } from './asking.ts';
import { CommandError, NO_SERVER } from './flags.ts';

/** Long, because a password may have to wait for others at bcrypt. */
const PATIENCE_MS = 15_000;
/** Milliseconds that a server may take to announce where it listens, and between two checks. */
const START_PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

export interface Operation {
  readonly type: (typeof OPERATIONS)[number];
  readonly [field: string]: unknown;
}

export class RemoteServer {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
  }

  status(): Promise<v.InferOutput<typeof STATUS>> {
    return this.#ask('status', STATUS);
  }

  connections(): Promise<v.InferOutput<typeof CONNECTIONS>> {
    return this.#ask('connections', CONNECTIONS);
  }

  rooms(): Promise<v.InferOutput<typeof ROOMS>> {
    return this.#ask('rooms', ROOMS);
  }

  /** Resolves with the text of the answer. Rejects with the chat's reason if it refuses the request. */
  async run(operation: Operation): Promise<string> {
    const answer = await this.#ask('run', ANSWER, operation);
    if (answer.type === 'error') throw new CommandError(`refused: ${String(answer['message'])}`);
    return typeof answer['text'] === 'string' ? answer['text'] : 'Done.';
  }

  /** Resolves with the name of the account as it is stored. Rejects with the server's reason if it refuses. */
  async changeAccount(
    change: AccountChange,
    account: { readonly name: string; readonly password?: string },
  ): Promise<string> {
    return (await this.#ask(change, ACCOUNT_NAME, account)).name;
  }

  wires(): Promise<v.InferOutput<typeof WIRE_ROWS>> {
    return this.#ask('wires', WIRE_ROWS);
  }

  /** Resolves with the wire as it is then. */
  changeWire(change: 'stop' | 'start', wire: WireName): Promise<v.InferOutput<typeof WIRE_ROW>> {
    return this.#ask(`wires/${change}`, WIRE_ROW, { wire });
  }

  rotateKey(validFor: number): Promise<v.InferOutput<typeof ROTATED>> {
    return this.#ask('psk/rotate', ROTATED, { validFor });
  }

  async removeKey(id: string): Promise<void> {
    await this.#ask('psk/remove', KEYS, { id });
  }

  renewCertificate(): Promise<v.InferOutput<typeof CERTIFICATE>> {
    return this.#ask('certificates/renew', CERTIFICATE, {});
  }

  /** A link that opens the console once. */
  consoleLink(): Promise<v.InferOutput<typeof CONSOLE_LINK>> {
    return this.#ask('console/link', CONSOLE_LINK, {});
  }

  async #ask<T extends v.GenericSchema>(route: string, shape: T, body?: unknown): Promise<v.InferOutput<T>> {
    const url = new URL(`/api/operator/${route}`, this.#base);
    const asking = { token: this.#token, patience: PATIENCE_MS, ...(body !== undefined && { body }) };
    const { status, body: answer } = await askServer(url, asking).catch((cause: unknown) => {
      throw this.#silent((cause as Error).message, cause);
    });
    const fine = status >= 200 && status < 300;
    if (fine && v.is(shape, answer)) return answer;
    if (!fine && v.is(FAILURE, answer)) throw new CommandError(answer.message);
    throw this.#silent(`the program that answers is not this version of Wireglass (HTTP status ${status})`);
  }

  #silent(reason: string, cause?: unknown): CommandError {
    return new CommandError(`the server at ${this.#base.host} does not answer: ${reason}`, NO_SERVER, cause);
  }
}

/**
 * The server that is running on a data folder, or `undefined`. Rejects, naming the process, if one is running but does
 * not announce where it listens.
 */
export async function findServer(data: string): Promise<RemoteServer | undefined> {
  const addresses = await whereItListens(data);
  if (!addresses) return undefined;
  const { operatorTokenFile } = dataPaths(data);
  const token = await readFile(operatorTokenFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(
      `${operatorTokenFile} cannot be read (${cause.code ?? cause.message}): only the user who started the server may`,
    );
  });
  return new RemoteServer(new URL(addresses.web), token.trim());
}

/** The addresses that the lock's holder has announced. Those left behind by a killed server do not count. */
async function whereItListens(data: string): Promise<Addresses | undefined> {
  const until = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const holder = await folderHolder(data);
    if (holder === undefined) return undefined;
    const addresses = await readAddresses(data);
    if (addresses?.pid === holder) return addresses;
    // It may be a server that is starting, or a command at work.
    if (performance.now() > until) throw hidden(data, holder);
    await wait(LOOK_EVERY_MS);
  }
}

function hidden(data: string, holder: number): CommandError {
  return new CommandError(
    `process ${holder} is using ${data}, but ${addressesFile(data)} does not say where it listens: ` +
      `wait until it has started, or restart it`,
    NO_SERVER,
  );
}

/** Rejects with exit code 3 when no server is running. */
export async function runningServer(data: string): Promise<RemoteServer> {
  const server = await findServer(data);
  if (server) return server;
  throw new CommandError(
    `no server is running on ${data}; ${commandLine('serve', data)} starts one`,
    NO_SERVER,
  );
}

/** Works through the running server, or without one with the folder locked, so that none starts in the meantime. */
export async function withServerOrAlone<T>(
  data: string,
  use: (server: RemoteServer | undefined) => Promise<T>,
): Promise<T> {
  const server = await findServer(data);
  if (server) return use(server);
  const unlock = await lockFolder(data);
  try {
    return await use(undefined);
  } finally {
    await unlock();
  }
}
