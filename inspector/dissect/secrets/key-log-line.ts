/** One line of a key log in NSS format (draft-ietf-tls-keylogfile), the older forms for RSA among them. */

export interface SecretLine {
  readonly label: string;
  /**
   * Which session the secret belongs to, in lower-case hex: the client random or client nonce; with the label
   * `RSA` the first eight bytes of the encrypted premaster secret, and with `RSA Session-ID` the session id.
   */
  readonly session: string;
  /** Lower-case hex. */
  readonly secret: string;
}

/** The forms of a line. Each has the label, the session and the secret as its groups. */
const FORMS: readonly RegExp[] = [
  /^([A-Z][A-Z0-9_]{0,63}) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){1,128})$/,
  // NSS wrote these before it had client randoms.
  /^(RSA) ([0-9a-fA-F]{16}) ((?:[0-9a-fA-F]{2}){1,128})$/,
  /^(RSA Session-ID):((?:[0-9a-fA-F]{2}){1,32}) Master-Key:((?:[0-9a-fA-F]{2}){1,128})$/,
];

/** Parts of a key-log line; `undefined` for comments, blank lines and anything else. */
export function parseSecretLine(line: string): SecretLine | undefined {
  const text = line.trim();
  for (const form of FORMS) {
    const [, label, session, secret] = form.exec(text) ?? [];
    if (label === undefined || session === undefined || secret === undefined) continue;
    return { label, session: session.toLowerCase(), secret: secret.toLowerCase() };
  }
  return undefined;
}

/** Writes the line again, in the form in which it is read. */
export function secretLineText({ label, session, secret }: SecretLine): string {
  return label === 'RSA Session-ID'
    ? `${label}:${session} Master-Key:${secret}`
    : `${label} ${session} ${secret}`;
}
