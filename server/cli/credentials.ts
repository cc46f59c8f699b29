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

export interface CredentialsOptions {
  /** The address that the page listens on: the certificate names what it stands for. */
  readonly host: string;
  readonly log: Logger;
  /** Milliseconds between two looks at the certificate. */
  readonly lookEvery?: number;
}

export class Credentials {
  readonly #data: DataFolder;
  readonly #server: ChatServer;
  readonly #options: CredentialsOptions;
  #tls: Pick<Certificates, 'ca' | 'cert' | 'key'>;
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
    const tls = await ensureCertificates(folder, {
      hosts: servedHosts(this.#options.host),
      now: new Date(),
    });
    this.#server.renew({ keys, tls: { cert: tls.cert, key: tls.key } });
    this.#keys = keys;
    this.#tls = tls;
    if (tls.issued !== undefined) this.#tellOfRenewal(tls.issued);
    return { certificateEnds: this.certificateEnds, keys: keys.map(({ id }) => id) };
  }

  /** Looks at the certificate every day from now on; gives what ends that. */
  keepFresh(): () => void {
    const look = (): void => {
      this.renew().catch((err: unknown) => {
        this.#options.log.error({ err }, 'keys and certificates could not be looked after');
      });
    };
    const timer = setInterval(look, this.#options.lookEvery ?? DAY).unref();
    return () => clearInterval(timer);
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
