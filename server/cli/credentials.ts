/**
 * The keys and certificates that a running workbench uses. They are read again when the operator asks for it, and the
 * certificate is renewed before it expires. Open connections keep the ones that they have.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import { dataPaths } from '#data-folder/paths';
import type { SharedKey } from '#channel/psk/keys';
import type { ChatServer } from '#runtime/server';
import type { DataFolder } from './data-folder.ts';
import { parseKeys } from './secrets.ts';

const DAY = 86_400_000;
/** Milliseconds between two checks against the clock: when the clock is changed, a good certificate may be invalid at once. */
const JUDGE_EVERY = 60_000;

export interface CredentialsOptions {
  /** The address that the page listens on: the certificate has the names and addresses that it stands for. */
  readonly host: string;
  readonly log: Logger;
  /** Keys besides those of the file, such as those of a class. */
  readonly moreKeys?: () => readonly SharedKey[];
  /** Milliseconds between two renewals, which read the files again. */
  readonly lookEvery?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** What is in use after a renewal. */
export interface Renewed {
  readonly certificateEnds: number;
  /** Ids. */
  readonly keys: readonly string[];
}

export class Credentials {
  readonly #data: DataFolder;
  readonly #server: ChatServer;
  readonly #options: CredentialsOptions;
  #tls: Pick<Certificates, 'ca' | 'cert' | 'key'>;
  /** The previous certificate: it is needed again if the clock was wrong when the newer one was made. */
  #before: Pick<Certificates, 'ca' | 'cert' | 'key'> | undefined;
  /** The last flaw that was reported for the current certificate. */
  #complaint: string | undefined;
  #keys: readonly SharedKey[];

  constructor(data: DataFolder, server: ChatServer, options: CredentialsOptions) {
    this.#data = data;
    this.#server = server;
    this.#options = options;
    this.#tls = data.tls;
    this.#keys = data.keys;
  }

  get ca(): string {
    return this.#tls.ca;
  }

  get keys(): readonly SharedKey[] {
    return this.#keys;
  }

  /** The keys besides those of the file are others now. */
  renewMoreKeys(): void {
    this.#server.renew({ keys: this.#accepted(this.#keys) });
  }

  /** Milliseconds since 1970. */
  get certificateEnds(): number {
    return Date.parse(new X509Certificate(this.#tls.cert).validTo);
  }

  /** Reads keys and certificates again, and renews a certificate that expires soon. If it rejects, nothing has changed. */
  async renew(): Promise<Renewed> {
    const { keyFile, certificates: folder } = dataPaths(this.#data.path);
    const keys = parseKeys(keyFile, await readFile(keyFile, 'utf8'));
    const now = this.#now();
    const tls = await ensureCertificates(folder, {
      hosts: servedHosts(this.#options.host),
      now: new Date(now),
    });
    const flaw = flawIn(tls.cert, now);
    if (flaw !== undefined)
      throw new Error(`the certificate in ${folder} is not used: it ${flaw}; the previous one stays in use`);
    this.#server.renew({ keys: this.#accepted(keys), tls: { cert: tls.cert, key: tls.key } });
    this.#keys = keys;
    if (tls.cert !== this.#tls.cert) this.#before = this.#tls;
    this.#tls = tls;
    this.#complaint = undefined;
    if (tls.issued !== undefined) this.#tellOfRenewal(tls.issued);
    return { certificateEnds: this.certificateEnds, keys: keys.map(({ id }) => id) };
  }

  /**
   * Checks the current certificate against the clock. One that has expired or is not valid yet, as after the clock was
   * wrong for a time, is replaced by the previous one, if that is valid, and a new one is made.
   */
  async judge(): Promise<void> {
    const flaw = flawIn(this.#tls.cert, this.#now());
    if (flaw === undefined || flaw === this.#complaint) return;
    this.#complaint = flaw;
    const { log } = this.#options;
    log.warn({ detail: flaw }, 'the current certificate is not valid now; was the clock changed?');
    const before = this.#before;
    if (before && flawIn(before.cert, this.#now()) === undefined) {
      this.#server.renew({ tls: { cert: before.cert, key: before.key } });
      [this.#tls, this.#before] = [before, undefined];
      log.warn('the previous certificate is used again');
    }
    await this.renew();
  }

  /** Renews the certificate when needed, checked every day and against the clock every minute. Returns a function that ends this. */
  keepFresh(): () => void {
    const { log, lookEvery = DAY } = this.#options;
    let busy = false;
    // One at a time: otherwise both might find the same certificate too old and make a new one.
    const alone = (work: () => Promise<unknown>, complaint: string) => (): void => {
      if (busy) return;
      busy = true;
      void work()
        .catch((err: unknown) => log.error({ err }, complaint))
        .finally(() => (busy = false));
    };
    const look = alone(() => this.renew(), 'keys and certificates could not be renewed');
    const judge = alone(() => this.judge(), 'there is no certificate that is valid now');
    const timers = [setInterval(look, lookEvery), setInterval(judge, JUDGE_EVERY)];
    for (const timer of timers) timer.unref();
    return () => timers.forEach((timer) => clearInterval(timer));
  }

  #accepted(keys: readonly SharedKey[]): readonly SharedKey[] {
    return [...keys, ...(this.#options.moreKeys?.() ?? [])];
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #tellOfRenewal(why: string): void {
    const until = new Date(this.certificateEnds).toISOString();
    this.#options.log.info({ until, detail: why }, 'the certificate was renewed');
    this.#server.audit({
      ts: Date.now(),
      event: 'certificate.renewed',
      actor: 'server',
      detail: `until ${until}: ${why}`,
    });
  }
}

/** Why nobody would accept this certificate (PEM) at the time `now`; `undefined` when it is valid then. */
function flawIn(cert: string, now: number): string | undefined {
  const { validFrom, validTo } = new X509Certificate(cert);
  if (now < Date.parse(validFrom)) return `is valid only from ${validFrom}`;
  return now > Date.parse(validTo) ? `expired on ${validTo}` : undefined;
}
