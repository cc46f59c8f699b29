/** What the hellos of a TLS connection settle, and what opens the records of each direction from then on. */
import { toHex } from '#wire/bytes';
import type { Direction } from '../model.ts';
import type { SecretLookup } from '../secrets.ts';
import { RECORD_HEADER_LENGTH } from './aead.ts';
import type { HandshakeFacts } from './handshake.ts';
import type { ClientHello, ServerHello } from './hello.ts';
import { Tls12Keys } from './keys12.ts';
import { Tls13Keys, type TlsOpening } from './keys13.ts';
import { CONTENT_TYPE, HANDSHAKE_TYPE, HANDSHAKE_TYPES, VERSIONS, nameIn } from './names.ts';
import type { TlsSuite } from './suites.ts';

interface Keys {
  open(record: Uint8Array): TlsOpening;
}

const TLS13 = 0x0304;
const TLS12 = 0x0303;

export class TlsSession {
  readonly #secrets: SecretLookup;
  readonly #keys: Record<Direction, Keys | undefined> = { c2s: undefined, s2c: undefined };
  readonly #changed = { c2s: false, s2c: false };
  #client: ClientHello | undefined;
  #server: ServerHello | undefined;

  constructor(secrets: SecretLookup) {
    this.#secrets = secrets;
  }

  get description(): string {
    if (!this.#server) return '';
    return `${nameIn(VERSIONS, 2)(this.#server.version)}, ${this.#server.suite.name}`;
  }

  get suite(): TlsSuite | undefined {
    return this.#server?.suite;
  }

  get version(): number | undefined {
    return this.#server?.version;
  }

  /** True when the content of this record is sealed. */
  seals(dir: Direction, record: Uint8Array): boolean {
    const type = record[0] as number;
    if (type === CONTENT_TYPE.applicationData) return true;
    if (this.#server) return this.#server.version < TLS13 && this.#changed[dir];
    return this.#changed[dir] || (!this.#client && !looksClear(type, record));
  }

  open(dir: Direction, record: Uint8Array): TlsOpening {
    return this.#keys[dir]?.open(record) ?? { state: 'no-key', reason: this.#whyNoKey() };
  }

  /** A handshake message was read in this direction. */
  note(dir: Direction, { type, clientHello, serverHello }: HandshakeFacts): void {
    if (clientHello && dir === 'c2s') this.#client = clientHello;
    if (serverHello && dir === 's2c' && !serverHello.retry) this.#onServerHello(serverHello);
    const keys = this.#keys[dir];
    if (!(keys instanceof Tls13Keys)) return;
    if (type === HANDSHAKE_TYPE.finished) keys.finished();
    if (type === HANDSHAKE_TYPE.keyUpdate) keys.update();
  }

  /** ChangeCipherSpec: in TLS 1.2 what follows is sealed under new keys; in 1.3 it means nothing (RFC 8446 §D.4). */
  changeCipherSpec(dir: Direction): void {
    if (!this.#server) {
      // Before any answer only a client that resumes or a recording that began late sends one.
      this.#changed[dir] = this.#client === undefined;
      return;
    }
    if (this.#server.version >= TLS13) return;
    this.#changed[dir] = true;
    this.#keys[dir] = this.#keys12(dir, this.#server);
  }

  #onServerHello(server: ServerHello): void {
    this.#server = server;
    const { aead } = server.suite;
    if (server.version !== TLS13 || !aead || !this.#client) return;
    const { random, earlyData } = this.#client;
    const given = { secrets: this.#secrets, earlyData };
    const suite = { ...server.suite, aead };
    this.#keys.c2s = new Tls13Keys('c2s', suite, random, given);
    this.#keys.s2c = new Tls13Keys('s2c', suite, random, given);
  }

  #keys12(dir: Direction, server: ServerHello): Keys | undefined {
    if (!this.#client || server.version !== TLS12) return undefined;
    const { aead } = server.suite;
    const master = this.#secrets.find('CLIENT_RANDOM', this.#client.random);
    if (!aead || !master) return undefined;
    const randoms = { client: this.#client.random, server: server.random };
    return new Tls12Keys(dir, { ...server.suite, aead }, master, randoms);
  }

  #whyNoKey(): string {
    if (!this.#client || !this.#server) return 'the hellos of this connection were not seen';
    const { suite, version } = this.#server;
    if (version !== TLS12 && version !== TLS13) return `${nameIn(VERSIONS, 2)(version)} is not opened here`;
    if (!suite.aead) return `${suite.name} is not among the suites that are opened here`;
    const name = toHex(this.#client.random.subarray(0, 4));
    return `no CLIENT_RANDOM line for the client random ${name}… is at hand`;
  }
}

/** Where the hellos are missing: whether this reads as an alert or a handshake message in the clear. */
function looksClear(type: number, record: Uint8Array): boolean {
  if (type === CONTENT_TYPE.alert) return record.length === RECORD_HEADER_LENGTH + 2;
  if (type !== CONTENT_TYPE.handshake) return true;
  return (record[RECORD_HEADER_LENGTH] as number) in HANDSHAKE_TYPES;
}
