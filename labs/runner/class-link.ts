/** The class that a learner's terminal tells how checks ended: a small file in the workspace, for its owner only. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { fileFault } from '#certs/file-errors';
import type { LabReport } from '#dissect/page-labs';

const LINK = v.object({
  version: v.literal(1),
  /** The class's server: an origin, as `http://192.0.2.7:8080`. */
  server: v.string(),
  /** The code of this person's terminal. */
  code: v.string(),
});
export type Link = Omit<v.InferOutput<typeof LINK>, 'version'>;

/** Who this terminal is in the class. */
export interface Known {
  readonly name: string;
  readonly title: string;
}

/** Milliseconds for which the server may be silent. */
const PATIENCE_MS = 5_000;

export class ClassLink {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'class.json');
  }

  /** `undefined` where no class was joined. Rejects when the file is not one of ours. */
  async read(): Promise<Link | undefined> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new Error(`${this.#path}: ${fileFault(error) ?? error.message}`, { cause: error });
    });
    if (text === undefined) return undefined;
    const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), LINK), text);
    if (success) return output;
    throw new Error(`${this.#path} is damaged; npx wireglass lab join writes it anew`);
  }

  async write({ server, code }: Link): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    // An older file may be readable by others.
    await rm(this.#path, { force: true });
    await writeFile(this.#path, `${JSON.stringify({ version: 1, server, code })}\n`, { mode: 0o600 });
  }

  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Rejects with what a person can do about it. */
export async function whoIs(link: Link): Promise<Known> {
  return (await (await ask(link)).json()) as Known;
}

/** Rejects with what a person can do about it. */
export async function tell(link: Link, report: LabReport): Promise<void> {
  await ask(link, report);
}

async function ask({ server, code }: Link, report?: LabReport): Promise<Response> {
  const response = await fetch(`${server}/api/class/report`, {
    method: report ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${code}`, ...(report && { 'content-type': 'application/json' }) },
    ...(report && { body: JSON.stringify(report) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: Error) => {
    throw new Error(`${server} does not answer`, { cause: error });
  });
  if (response.ok) return response;
  const { message = `status ${response.status}` } = (await response.json().catch(() => ({}))) as {
    readonly message?: string;
  };
  throw new Error(response.status === 404 ? `there is no class at ${server}` : `${server} says: ${message}`);
}
