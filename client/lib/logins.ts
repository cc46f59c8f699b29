/**
 * Logins kept between two starts of a client: a file of one's own (0600) with the tokens that prove them. It is
 * written as a whole and put in place of the old one, so a crash leaves either of the two.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { ChatError, type Place } from './errors.ts';

const SECRET = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const LOGIN = v.object({
  account: v.string(),
  /** Where it holds: a protected wire's place is another than a plain one's, so no token moves from one to the other. */
  places: v.array(v.string()),
  /** Public id of the login session, by which its newer tokens are known. */
  session: v.optional(v.string()),
  token: v.optional(SECRET),
  /** Milliseconds since 1970-01-01 UTC. */
  expires: v.optional(v.number()),
  /** Secret of this device, kept after a logout: guesses made elsewhere do not delay the next login. */
  device: v.optional(SECRET),
});
const FILE = v.pipe(v.string(), v.parseJson(), v.object({ logins: v.array(LOGIN) }));

type Login = v.InferOutput<typeof LOGIN>;

/** What the server gave at a login. */
export interface NewLogin {
  readonly account: string;
  readonly session: string;
  readonly token: string;
  readonly expires: number;
  readonly device: string | undefined;
}

/** Most logins kept: the oldest make room. */
const LOGINS_MOST = 100;

export const LOGINS_VARIABLE = 'WIREGLASS_LOGINS';

/** The file that is used unless another is named (XDG Base Directory Specification). */
export function defaultLoginsFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { [LOGINS_VARIABLE]: named, XDG_CONFIG_HOME: config } = env;
  return named ?? join(config ?? join(homedir(), '.config'), 'wireglass', 'logins.json');
}

export class LoginStore {
  readonly #file: string;
  /** Changes of this process, one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** The newest login that is good at this place (of this account), as far as is known here. */
  async find(
    place: Place,
    account: string | undefined,
    now: number,
  ): Promise<{ readonly account: string; readonly token: string } | undefined> {
    const good = ({ token, expires = 0 }: Login): boolean => token !== undefined && expires > now;
    const found = (await this.#read()).filter((login) => isAt(login, place, account) && good(login)).at(-1);
    return found?.token === undefined ? undefined : { account: found.account, token: found.token };
  }

  /** The secret of this device for an account at this place. */
  async device(place: Place, account: string): Promise<string | undefined> {
    return (await this.#read()).filter((login) => isAt(login, place, account)).at(-1)?.device;
  }

  /** Keeps a login, or the newer token of one that is kept. Rejects with `ChatError` logins_unusable. */
  async save(place: Place, login: NewLogin): Promise<void> {
    await this.#change((logins) => {
      const { session, account } = login;
      const before =
        logins.find((one) => one.session === session) ?? logins.find((one) => isAt(one, place, account));
      const others = logins.filter((one) => one !== before && !isAt(one, place, account));
      const places = [...new Set([...(before?.session === session ? before.places : []), keyOf(place)])];
      const device = login.device ?? before?.device;
      return [...others, { ...login, places, device }];
    });
  }

  /** The login is over: its token is of no use any more. */
  async forget(place: Place, account: string): Promise<void> {
    await this.#change((logins) =>
      logins.map((login) => {
        if (!isAt(login, place, account)) return login;
        const { token: _token, session: _session, expires: _expires, ...rest } = login;
        return rest;
      }),
    );
  }

  async #change(change: (logins: readonly Login[]) => readonly Login[]): Promise<void> {
    const turn = this.#last.then(async () => this.#write(change(await this.#read())));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #read(): Promise<readonly Login[]> {
    try {
      await this.#checkMode();
      const { success, output } = v.safeParse(FILE, await readFile(this.#file, 'utf8'));
      if (success) return output.logins;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      if (error instanceof ChatError) throw error;
      throw this.#unusable((error as Error).message, error);
    }
    throw this.#unusable(`${this.#file} does not hold logins`);
  }

  /** Whoever can read a token can be its account. On Windows the bits say nothing about that. */
  async #checkMode(): Promise<void> {
    const { mode } = await stat(this.#file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw this.#unusable(`${this.#file} can be read by others on this machine; chmod 600 it`);
  }

  async #write(logins: readonly Login[]): Promise<void> {
    const next = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
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

function isAt({ places, account: name }: Login, place: Place, account: string | undefined): boolean {
  const same = account === undefined || name.toLowerCase() === account.toLowerCase();
  return same && places.includes(keyOf(place));
}

function keyOf({ wire, host, port }: Place): string {
  return `${wire === 'plain' ? 'open' : 'protected'} ${host}:${port}`;
}
