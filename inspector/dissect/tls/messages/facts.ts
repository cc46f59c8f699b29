/** What handshake messages tell the rest of the dissection: the values that opening records and deriving keys need. */
import type { ExtensionFacts } from '../extensions/contract.ts';
import type { TlsSuite } from '../suites.ts';

export interface ClientHello {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly earlyData: boolean;
  readonly extensions: Readonly<ExtensionFacts>;
}

export interface ServerHello {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  /** 0x0303 for TLS 1.2, 0x0304 for TLS 1.3 and its drafts. */
  readonly version: number;
  /** Number of a draft of TLS 1.3. */
  readonly draft?: number;
  readonly suite: TlsSuite;
  /** How records are compressed: 0 for not at all (RFC 3749 §2). */
  readonly compression: number;
  /** The message asks for another client hello instead of answering (RFC 8446 §4.1.4). */
  readonly retry: boolean;
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
  /** Which of the client's pre-shared keys was taken, from 0; absent without one. */
  readonly selectedIdentity?: number;
  readonly extensions: Readonly<ExtensionFacts>;
}

/** What a side of TLS 1.2 contributed to the key exchange; which members there are depends on its kind. */
export interface ExchangedKey {
  /** Named group of an elliptic curve. */
  readonly group?: number;
  /** Prime and generator of a finite field. */
  readonly prime?: Uint8Array;
  readonly generator?: Uint8Array;
  readonly publicKey?: Uint8Array;
  /** The premaster secret under the certificate's RSA key. */
  readonly encryptedPremaster?: Uint8Array;
  /** Identity of a pre-shared key, or the server's hint at one. */
  readonly identity?: Uint8Array;
}

export interface SessionTicket {
  readonly lifetime: number;
  readonly ticket: Uint8Array;
  /** TLS 1.3 only. */
  readonly ageAdd?: number;
  readonly nonce?: Uint8Array;
}

export interface MessageFacts {
  readonly clientHello?: ClientHello;
  readonly serverHello?: ServerHello;
  /** Extensions of EncryptedExtensions or of a CertificateRequest. */
  readonly extensions?: Readonly<ExtensionFacts>;
  readonly serverKeyExchange?: ExchangedKey;
  readonly clientKeyExchange?: ExchangedKey;
  readonly ticket?: SessionTicket;
  readonly verifyData?: Uint8Array;
}

/** What a message changes for what follows it. */
export interface HandshakeFacts extends MessageFacts {
  /** -1 for bytes that are not a message. */
  readonly type: number;
  /** The message with its header, as the transcript hash takes it in. */
  readonly bytes: Uint8Array;
}
