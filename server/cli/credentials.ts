/**
 * The keys and certificates that a running workbench uses: read again when the operator says so, and the certificate
 * renewed before it ends. Open connections go on with what they have.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { type Certificates, ensureCertificates } from '#certs/ensure';
import { servedHosts } from '#certs/hosts';
import { dataPaths } from '#client/data-paths';
import type { SharedKey } from '#channel/psk/keys';
import type { ChatServer } from '#runtime/server';
import type { Renewed } from '#web/operator/answers';
import type { DataFolder } from './data-folder.ts';
import { parseKeys } from './secrets.ts';

const DAY = 86_400_000;
/** Milliseconds between two looks at the clock: one that went wrong makes a good certificate useless at once. */
const JUDGE_EVERY = 60_000;

export interface CredentialsOptions {
  /** The address that the page listens on: the certificate names what it stands for. */
  readonly host: string;
  readonly log: Logger;
  /** Milliseconds between two looks at the certificate. */
  readonly lookEvery?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export class Credentials {
  readonly #data: DataFolder;
  readonly #server: ChatServer;
  readonly #options: CredentialsOptions;
  #tls: Pick<Certificates, 'ca' | 'cert' | 'key'>;
  /** What was served before: good again when the clock was wrong as the newer one was made. */
  #before: Pick<Certificates, 'ca' | 'cert' | 'key'> | undefined;
  /** What was last said about the one that is served. */
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

  /** Milliseconds since 1970. */
  get certificateEnds(): number {
    return Date.parse(new X509Certificate(this.#tls.cert).validTo);
  }

  /** Reads keys and certificates again; a certificate that ends soon is made anew. Rejects, changing nothing. */
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
      throw new Error(
        `the certificate in ${folder} is not taken into use: it ${flaw}; the one before is kept`,
      );
    this.#server.renew({ keys, tls: { cert: tls.cert, key: tls.key } });
    this.#keys = keys;
    if (tls.cert !== this.#tls.cert) this.#before = this.#tls;
    this.#tls = tls;
    this.#complaint = undefined;
    if (tls.issued !== undefined) this.#tellOfRenewal(tls.issued);
    return { certificateEnds: this.certificateEnds, keys: keys.map(({ id }) => id) };
  }

  /**
   * Judges the certificate that is served by the clock as it is now. One that has ended or is not valid yet, as after
   * the clock was wrong for a time, gives way to the one before it, if that is good, and a new one is made.
   */
  async judge(): Promise<void> {
    const flaw = flawIn(this.#tls.cert, this.#now());
    if (flaw === undefined || flaw === this.#complaint) return;
    this.#complaint = flaw;
    const { log } = this.#options;
    log.warn({ detail: flaw }, 'the certificate that is served cannot be used; was the clock changed?');
    const before = this.#before;
    if (before && flawIn(before.cert, this.#now()) === undefined) {
      this.#server.renew({ tls: { cert: before.cert, key: before.key } });
      [this.#tls, this.#before] = [before, undefined];
      log.warn('the certificate before it is served again');
    }
    await this.renew();
  }

  /** Looks at the certificate every day, and at the clock every minute, from now on; gives what ends that. */
  keepFresh(): () => void {
    const { log, lookEvery = DAY } = this.#options;
    let busy = false;
    // One after the other: two that found the same certificate old would both make a new one.
    const alone = (work: () => Promise<unknown>, complaint: string) => (): void => {
      if (busy) return;
      busy = true;
      void work()
        .catch((err: unknown) => log.error({ err }, complaint))
        .finally(() => (busy = false));
    };
    const look = alone(() => this.renew(), 'keys and certificates could not be looked after');
    const judge = alone(() => this.judge(), 'no certificate can be served that is valid now');
    const timers = [setInterval(look, lookEvery), setInterval(judge, JUDGE_EVERY)];
    for (const timer of timers) timer.unref();
    return () => timers.forEach((timer) => clearInterval(timer));
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

/** Why nobody would take this certificate (PEM) at the time `now`; `undefined` when its time is right. */
function flawIn(cert: string, now: number): string | undefined {
  const { validFrom, validTo } = new X509Certificate(cert);
  if (now < Date.parse(validFrom)) return `is valid only from ${validFrom}`;
  return now > Date.parse(validTo) ? `ended ${validTo}` : undefined;
}
