/** What the hellos of a TLS connection settle, and what opens the records of each direction from then on. */
import { toHex } from '#protocol/bytes';
import type { RecordCiphers } from '../crypto/record-ciphers.ts';
import type { Derivation } from '../key-schedule/derivation.ts';
import { tls12Schedule } from '../key-schedule/tls12.ts';
import { tls13Schedule } from '../key-schedule/tls13.ts';
import type { Direction } from '../model.ts';
import { misfitText } from '../secrets/secret-use.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import type { ExtensionFacts } from './extensions/contract.ts';
import type { HandshakeFacts, Settled } from './handshake.ts';
import { type Handshake, Handshakes } from './handshakes.ts';
import { type Agreement, ClearKeys, Tls12Keys, parts12 } from './keys12.ts';
import { Tls13Keys } from './keys13.ts';
import { Masters12 } from './masters12.ts';
import type { ClientHello, ServerHello } from './messages/facts.ts';
import { keyExchangeOf } from './messages/key-exchange.ts';
import { looksClear } from './looks-clear.ts';
import { CONTENT_TYPE, HANDSHAKE_TYPE, VERSIONS, nameIn } from './names.ts';
import { type Keys, type TlsOpening, lacking } from './opening.ts';
import { aead13Parts } from './protection/aead13.ts';
import { type SealedParts, UNKNOWN_PARTS } from './protection/protection.ts';
import { type RecordExpander, recordExpander } from './record-compression.ts';
import { type TlsSuite, cipherNeeded } from './suites.ts';
import { TrafficSecrets } from './traffic-secrets.ts';

const TLS10 = 0x0301;
const TLS12 = 0x0303;
const TLS13 = 0x0304;
/** The first draft whose records are those of the RFC. */
const OPENED_DRAFT = 25;

export class TlsSession {
  readonly #secrets: SecretLookup;
  readonly #ciphers: RecordCiphers;
  readonly #keys: Record<Direction, Keys | undefined> = { c2s: undefined, s2c: undefined };
  readonly #changed = { c2s: false, s2c: false };
  readonly #expanders: Record<Direction, RecordExpander | undefined> = { c2s: undefined, s2c: undefined };
  /** Bytes of each direction that are missing. */
  readonly #missing = { c2s: 0, s2c: 0 };
  readonly #handshakes = new Handshakes();
  readonly #masters: Masters12;
  #client: ClientHello | undefined;
  #server: ServerHello | undefined;
  /** Extensions of the server's hello, or of its EncryptedExtensions. */
  #answers: Readonly<ExtensionFacts> = {};

  constructor(secrets: SecretLookup, ciphers: RecordCiphers) {
    this.#secrets = secrets;
    this.#ciphers = ciphers;
    this.#masters = new Masters12(secrets);
  }

  get description(): string {
    if (!this.#server) return '';
    const { suite } = this.#server;
    const clear = suite.stream?.cipher === 'null' ? ' (clear, integrity only)' : '';
    return `${versionName(this.#server)}, ${suite.name}${clear}`;
  }

  get suite(): TlsSuite | undefined {
    return this.#server?.suite;
  }

  get version(): number | undefined {
    return this.#server?.version;
  }

  /** What the next handshake message of this direction depends on. */
  settled(dir: Direction): Settled {
    const certificateType = dir === 'c2s' ? 'clientCertificateType' : 'serverCertificateType';
    return { version: this.version, suite: this.suite, certificateType: this.#answers[certificateType] };
  }

  /** The key schedules of its handshakes, one after the other. */
  derivations(): Derivation[] {
    return this.#handshakes.all.flatMap((handshake, i) => this.#scheduleOf(handshake, i));
  }

  /**
   * True when the content of this record is sealed. What came before decides: a record in the middle of a
   * message may begin with any byte. `continues` says that a handshake message of this direction was begun but
   * is not whole.
   */
  seals(dir: Direction, record: Uint8Array, continues: boolean): boolean {
    const type = record[0] as number;
    if (type === CONTENT_TYPE.applicationData) return true;
    if (this.#server && this.#server.version >= TLS13) return false;
    if (this.#changed[dir]) return this.#server !== undefined || !looksClear(record);
    if (continues && type === CONTENT_TYPE.handshake) return false;
    // A hello, or the ChangeCipherSpec, may be among what is missing.
    const unsure = this.#missing[dir] > 0 || (!this.#server && !this.#client);
    return unsure && !looksClear(record);
  }

  /** Where the parts of a sealed record of this direction are, with or without a key for it. */
  parts(dir: Direction): SealedParts {
    const known = this.#keys[dir]?.parts;
    if (known || !this.#server) return known ?? UNKNOWN_PARTS;
    if (this.#server.version < TLS13) return parts12(this.#agreement(this.#server));
    return this.#server.suite.aead ? aead13Parts(this.#server.suite.aead) : UNKNOWN_PARTS;
  }

  open(dir: Direction, record: Uint8Array): TlsOpening {
    if (!this.#keys[dir] && this.#missing[dir] > 0) this.#assumeChanged(dir);
    return this.#keys[dir]?.open(record) ?? { state: 'no-key', reason: this.#whyNoKey() };
  }

  /** What decompresses the records of this direction; `undefined` where they are not compressed. */
  expander(dir: Direction): RecordExpander | undefined {
    return this.#expanders[dir];
  }

  /** That many bytes of this direction are missing, and with them records and perhaps messages. */
  gap(dir: Direction, bytes: number): void {
    this.#missing[dir] += bytes;
    this.#expanders[dir]?.lose();
    this.#keys[dir]?.gap(bytes);
    this.#masters.hole();
  }

  /** Something that may have held messages could not be read. */
  hole(): void {
    this.#handshakes.last.transcript.hole();
  }

  /** A record of this direction stayed sealed. */
  sealed(dir: Direction): void {
    this.#handshakes.last.transcript.sealed(dir);
    this.#expanders[dir]?.lose();
  }

  /** A handshake message was read in this direction. */
  note(dir: Direction, facts: HandshakeFacts): void {
    const { type, clientHello, serverHello, extensions } = facts;
    this.#handshakes.add(dir, facts);
    this.#masters.add(dir, facts);
    if (clientHello && dir === 'c2s') this.#onClientHello(clientHello);
    if (serverHello && dir === 's2c' && !serverHello.retry) this.#onServerHello(serverHello);
    if (extensions && type === HANDSHAKE_TYPE.encryptedExtensions) this.#answers = extensions;
    const keys = this.#keys[dir];
    if (!(keys instanceof Tls13Keys)) return;
    if (type === HANDSHAKE_TYPE.endOfEarlyData) keys.endOfEarlyData();
    if (type === HANDSHAKE_TYPE.finished) this.#onFinished13(dir, keys);
    if (type === HANDSHAKE_TYPE.keyUpdate) keys.update();
  }

  /** ChangeCipherSpec: in TLS 1.2 what follows is sealed under new keys; in 1.3 it means nothing (RFC 8446 §D.4). */
  changeCipherSpec(dir: Direction): void {
    this.#changed[dir] = true;
    // With the server's hello still to come it may mean either: the recording began late, or has one side only.
    if (!this.#server || this.#server.version >= TLS13) return;
    this.#expanders[dir] = recordExpander(this.#server.compression);
    this.#keys[dir] = this.#keys12(dir, this.#server);
  }

  #onClientHello(client: ClientHello): void {
    this.#client = client;
    this.#secrets.heard(client.random);
    if (!client.earlyData || this.#server) return;
    this.#keys.c2s = this.#keys13('c2s', client);
  }

  #onServerHello(server: ServerHello): void {
    this.#server = server;
    this.#answers = server.extensions;
    if (server.version !== TLS13 || !this.#client || isOldDraft(server)) return;
    if (!isOpenable(server, this.#ciphers)) return;
    for (const dir of ['c2s', 's2c'] as const) {
      // Early data may have been read with them.
      const known = this.#keys[dir];
      const early = known instanceof Tls13Keys && this.#client.earlyData ? known : undefined;
      const keys = early ?? this.#keys13(dir, this.#client);
      keys.choose(server.suite);
      this.#keys[dir] = keys;
    }
  }

  /** The secrets of application data of both directions cover the server's Finished (RFC 8446 §7.1). */
  #onFinished13(dir: Direction, keys: Tls13Keys): void {
    keys.finished();
    if (dir !== 's2c') return;
    for (const other of Object.values(this.#keys)) if (other instanceof Tls13Keys) other.learn();
  }

  #keys13(dir: Direction, { random, earlyData }: ClientHello): Tls13Keys {
    const secrets = new TrafficSecrets(this.#secrets, this.#handshakes.last.transcript, random);
    return new Tls13Keys(dir, { secrets, ciphers: this.#ciphers, earlyData });
  }

  #keys12(dir: Direction, server: ServerHello): Keys | undefined {
    const agreement = this.#agreement(server);
    if (!this.#client || !isOpenable(server, this.#ciphers)) return undefined;
    const masters = this.#masters.of(this.#client, server, agreement);
    const { last } = this.#handshakes;
    if (last.transcript.server === server) last.masters = masters;
    const keys = Tls12Keys.from(this.#ciphers, dir, agreement, masters);
    return server.suite.stream?.cipher === 'null' ? new ClearKeys(agreement, keys) : keys;
  }

  #scheduleOf({ transcript, masters }: Handshake, renegotiation: number): Derivation[] {
    const { client, server } = transcript;
    if (!client || !server) return [];
    const facts = { client, server, masters, transcript, secrets: this.#secrets, renegotiation };
    if (server.version === TLS13) return tls13Schedule(facts);
    return server.version === TLS12 ? tls12Schedule(facts) : [];
  }

  #agreement({ suite, version, random, encryptThenMac }: ServerHello): Agreement {
    const hash = version < TLS12 ? ('md5-sha1' as const) : suite.hash;
    const randoms = { client: this.#client?.random ?? random, server: random };
    return { suite, hash, randoms, encryptThenMac, impliedIv: version <= TLS10 };
  }

  /** The ChangeCipherSpec of a sealed direction was not seen: its place is among what is missing. */
  #assumeChanged(dir: Direction): void {
    this.changeCipherSpec(dir);
    this.#keys[dir]?.gap(this.#missing[dir]);
  }

  #whyNoKey(): string {
    if (!this.#client || !this.#server) return 'the hellos of this connection were not seen';
    const { suite, version } = this.#server;
    if (version < TLS10 || version > TLS13) return `${nameIn(VERSIONS, 2)(version)} is not opened here`;
    if (isOldDraft(this.#server)) return `${versionName(this.#server)}, is not opened here`;
    const needed = cipherNeeded(suite);
    if (needed && needed !== 'none' && !this.#ciphers.has(needed)) {
      return `${suite.name} is not opened here: this host has no ${needed}`;
    }
    if (!isOpenable(this.#server, this.#ciphers)) return `this suite is not opened here: ${suite.name}`;
    const { random } = this.#client;
    const misfit = this.#secrets.misfit('CLIENT_RANDOM', random);
    const why = misfit ? `: ${misfitText(misfit)}` : '';
    const name = toHex(random.subarray(0, 4));
    return lacking(`CLIENT_RANDOM line for the client random ${name}…${otherWays(suite)}`, why);
  }
}

/** Up to the 24th draft records were authenticated without their header (RFC 8446 §1.2). */
function isOldDraft({ draft = OPENED_DRAFT }: ServerHello): boolean {
  return draft < OPENED_DRAFT;
}

function versionName({ version, draft }: ServerHello): string {
  const name = nameIn(VERSIONS, 2)(version);
  return draft === undefined ? name : `${name}, draft ${draft}`;
}

/** Names the other secrets that would do; the text goes into the middle of a sentence. */
function otherWays({ name }: TlsSuite): string {
  const { kind, psk = false } = keyExchangeOf(name) ?? {};
  if (kind === 'rsa') return psk ? ', and not both shared key and RSA key,' : ', and no RSA key that fits,';
  return kind === 'psk' ? ', and no shared key that fits,' : '';
}

/** AEADs came with TLS 1.2 (RFC 5246 §6.2.3.3), and since TLS 1.3 there is nothing else (RFC 8446 §5.2). */
function isOpenable({ version, suite }: ServerHello, ciphers: RecordCiphers): boolean {
  const needed = cipherNeeded(suite);
  if (needed === undefined || (needed !== 'none' && !ciphers.has(needed))) return false;
  if (version >= TLS13) return suite.aead !== undefined;
  return version >= TLS12 || (version >= TLS10 && suite.aead === undefined);
}
