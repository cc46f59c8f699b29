/** The server that runs on a data folder, as the operator's commands reach it. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { readAddresses } from '#client/addresses';
import { dataPaths } from '#client/data-paths';
import { ACCOUNT_NAME, ANSWER, CONNECTIONS, FAILURE, RENEWED, ROOMS, STATUS } from '#web/operator/answers';
import type { AccountChange } from '#web/operator/routes';
import type { OPERATIONS } from '#web/operator/requests';
import { CommandError, NO_SERVER } from './flags.ts';

/** A password may have to wait for others at bcrypt. */
const PATIENCE_MS = 15_000;

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

  /** The text of the answer. Rejects with what the chat refuses it for. */
  async run(operation: Operation): Promise<string> {
    const answer = await this.#ask('run', ANSWER, operation);
    if (answer.type === 'error') throw new CommandError(`refused: ${String(answer['message'])}`);
    return typeof answer['text'] === 'string' ? answer['text'] : 'Done.';
  }

  /** Gives the name of the account as it is kept. Rejects with what the server refuses it for. */
  async changeAccount(
    change: AccountChange,
    account: { readonly name: string; readonly password?: string },
  ): Promise<string> {
    return (await this.#ask(change, ACCOUNT_NAME, account)).name;
  }

  renew(): Promise<v.InferOutput<typeof RENEWED>> {
    return this.#ask('renew', RENEWED, {});
  }

  async #ask<T extends v.GenericSchema>(route: string, shape: T, body?: unknown): Promise<v.InferOutput<T>> {
    const response = await fetch(new URL(`/api/operator/${route}`, this.#base), {
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((cause: unknown) => {
      throw new CommandError(
        `the server at ${this.#base.host} does not answer: ${reasonOf(cause)}`,
        NO_SERVER,
      );
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && v.is(shape, answer)) return answer;
    if (!response.ok && v.is(FAILURE, answer)) throw new CommandError(answer.message);
    throw new CommandError(
      `the server at ${this.#base.host} gave an answer of another version of this program`,
    );
  }
}

/** The server that says in the data folder that it runs, or `undefined`. */
export async function findServer(data: string): Promise<RemoteServer | undefined> {
  const addresses = await readAddresses(data);
  if (!addresses) return undefined;
  const { operatorTokenFile } = dataPaths(data);
  const token = await readFile(operatorTokenFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(
      `${operatorTokenFile} cannot be read (${cause.code ?? cause.message}): only who started the server may ask it`,
    );
  });
  return new RemoteServer(new URL(addresses.web), token.trim());
}

/** Rejects, with exit code 3, when none runs. */
export async function runningServer(data: string): Promise<RemoteServer> {
  const server = await findServer(data);
  if (server) return server;
  throw new CommandError(`no server runs on ${data}; npx wireglass serve starts one`, NO_SERVER);
}

function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `nothing came for ${PATIENCE_MS / 1_000} seconds`;
  return cause?.code ?? message;
}
