/**
 * Logins that are stored between two starts of a client, in a file that only its owner may read (0600), with the tokens
 * that prove them. The file is replaced as a whole, so a crash leaves either the old or the new one. Several programs
 * may share it: they change it in turns, and a program that proves a login by its token keeps the turn until the next
 * token is stored.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { lockFile } from '#data-folder/file-lock';
import { ChatError, type WireAddress } from '../errors.ts';
import type { FoundLogin, Logins, NewLogin, Turn } from './contract.ts';
import { LOGIN, LOGINS_MOST, type Login, deviceIn, findIn, withLogin, withoutLogin } from './login-list.ts';

const FILE = v.pipe(v.string(), v.parseJson(), v.object({ logins: v.array(LOGIN) }));

/** Without the file only the logins are lost: each can be made again with a password. */
const NEW_FILE = 'remove the file, and the next login with a password makes a new one';

/** Milliseconds that other programs may take for their turns: each proves a login in its turn. */
export const PATIENCE_MS = 15_000;

export const LOGINS_VARIABLE = 'WIREGLASS_LOGINS';

/** The file that is used unless another is named (XDG Base Directory Specification). */
export function defaultLoginsFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { [LOGINS_VARIABLE]: named, XDG_CONFIG_HOME: config } = env;
  return named ?? join(config ?? join(homedir(), '.config'), 'wireglass', 'logins.json');
}

export class LoginStore implements Logins {
  readonly #file: string;
  /** The last turn of this process; its turns follow one another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** The login of this `session` if it is known, else the newest at this address (of this account), if it is valid. */
  async find(
    address: WireAddress,
    account: string | undefined,
    now: number,
    session?: string,
  ): Promise<FoundLogin | undefined> {
    return findIn(await this.#read(), { address, account, now, session });
  }

  /** The secret of this device for an account at this address. */
  async device(address: WireAddress, account: string): Promise<string | undefined> {
    return deviceIn(await this.#read(), address, account);
  }

  /**
   * Waits until nobody else, in this program or another, has the turn. Rejects with `ChatError` logins_unusable (as do
   * the methods of the turn) or aborted.
   */
  async turn(signal?: AbortSignal): Promise<Turn> {
    const before = this.#last;
    let over = (): void => undefined;
    this.#last = new Promise<void>((resolve) => (over = resolve));
    await before;
    try {
      const release = await this.#lock(signal);
      let ended: Promise<void> | undefined;
      return {
        save: (address, login) => this.#change((logins) => withLogin(logins, address, login)),
        forget: (...which) => this.#change((logins) => withoutLogin(logins, ...which)),
        end: () => (ended ??= release().then(over)),
      };
    } catch (error) {
      over();
      throw error;
    }
  }

  /** `Turn.save`, in a turn of its own. */
  async save(address: WireAddress, login: NewLogin): Promise<void> {
    await this.#inTurn((turn) => turn.save(address, login));
  }

  /** `Turn.forget`, in a turn of its own. */
  async forget(address: WireAddress, account: string, session: string | undefined): Promise<void> {
    await this.#inTurn((turn) => turn.forget(address, account, session));
  }

  async #inTurn(work: (turn: Turn) => Promise<void>): Promise<void> {
    const turn = await this.turn();
    try {
      await work(turn);
    } finally {
      await turn.end();
    }
  }

  async #lock(signal: AbortSignal | undefined): Promise<() => Promise<void>> {
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      return await lockFile(`${this.#file}.lock`, { patience: PATIENCE_MS, signal });
    } catch (error) {
      if (signal?.aborted) throw new ChatError('aborted', { cause: error });
      throw this.#unusable((error as Error).message, error);
    }
  }

  async #change(change: (logins: readonly Login[]) => readonly Login[]): Promise<void> {
    await this.#write(change(await this.#read()));
  }

  async #read(): Promise<readonly Login[]> {
    try {
      await this.#checkMode();
      const { success, output } = v.safeParse(FILE, await readFile(this.#file, 'utf8'));
      if (success) return output.logins;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      if (error instanceof ChatError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'EISDIR')
        throw this.#unusable(`${this.#file} is a folder; move it away`, error);
      throw this.#unusable((error as Error).message, error);
    }
    throw this.#unusable(`${this.#file} does not contain logins; ${NEW_FILE}`);
  }

  /** Anyone who can read a token can act as its account. On Windows the mode bits say nothing about that. */
  async #checkMode(): Promise<void> {
    const { mode } = await stat(this.#file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw this.#unusable(`${this.#file} can be read by others on this machine; run chmod 600 on it`);
  }

  async #write(logins: readonly Login[]): Promise<void> {
    const next = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(next, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ logins: logins.slice(-LOGINS_MOST) }, undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.#file);
    } catch (error) {
      await rm(next, { force: true });
      throw this.#unusable((error as Error).message, error);
    }
  }

  #unusable(detail: string, cause?: unknown): ChatError {
    return new ChatError('logins_unusable', { detail, cause });
  }
}
