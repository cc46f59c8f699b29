/** One derived value of a key schedule, as data: what goes in, what comes out, and how anyone can compute it again. */

export interface DerivationInput {
  readonly name: string;
  /** Hex. */
  readonly value: string;
  /**
   * Where it comes from: the id of another derivation; `wire` for bytes that crossed (or opened); `key log` or
   * `key material` for a secret that was given, `earlier session` for one that another connection gave away. Absent for what the specification fixes.
   */
  readonly from?: string;
}

/** The value was compared with something that does not come from the key schedule. */
export interface DerivationCheck {
  /** What it was compared with. */
  readonly what: string;
  readonly fits: boolean;
}

export interface Derivation {
  /** Names it among the derivations of a flow: `tls.s2c.handshake.key`. */
  readonly id: string;
  readonly name: string;
  /** What it is for, in a sentence. */
  readonly note: string;
  /** Where it is specified: `RFC 8446 §7.3`. */
  readonly source: string;
  /** `HKDF-Expand-Label, SHA-256`. */
  readonly algorithm: string;
  readonly label?: string;
  readonly inputs: readonly DerivationInput[];
  /** Bytes of the output. */
  readonly length: number;
  /** Hex. */
  readonly output: string;
  readonly check?: DerivationCheck;
  /** For a POSIX shell with OpenSSL 3 (and python3 for nonces): prints `output`. */
  readonly command: string;
}
