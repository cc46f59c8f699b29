/** What can be wrong with the files of a certificate folder, by code, so that a caller can tell the cases apart. */
export type CertificateErrorCode =
  /** A host is neither an ASCII DNS name nor an IP address. */
  | 'bad_host'
  /** A file or the folder cannot be read or written. */
  | 'unreadable'
  /** A file is there, but is not what its name says. */
  | 'damaged'
  /** One of the CA's two files is missing, and the call needs both. */
  | 'ca_incomplete'
  /** The CA certificate is not one that this key can issue under. */
  | 'ca_unusable';

export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;
  /** The file or folder concerned, or the host. */
  readonly subject: string;

  constructor(code: CertificateErrorCode, subject: string, problem: string, cause?: unknown) {
    super(`${subject}: ${problem}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.subject = subject;
  }
}
