/** What the operator may have done with the wires and the data folder, by a command or on the console. */
import type {
  AccountRow,
  AuditRow,
  BackupRow,
  CertificateRow,
  KeyRow,
  Rotated,
  Verdict,
  WireRow,
} from './answers.ts';
import type { WireName } from '#protocol/wires';

/** Methods reject with an error that the operator can read. */
export interface Desk {
  readonly wires: () => readonly WireRow[];
  readonly stopWire: (wire: WireName) => Promise<WireRow>;
  readonly startWire: (wire: WireName) => Promise<WireRow>;
  readonly accounts: () => Promise<readonly AccountRow[]>;
  readonly auditPage: (query: AuditQuery) => Promise<AuditAnswer>;
  /** Verifies the audit log, also against hashes that somebody noted. */
  readonly judgeAudit: (noted: readonly string[]) => Promise<Verdict>;
  readonly keys: () => Promise<readonly KeyRow[]>;
  /** `validFor`: milliseconds that the previous key stays valid. */
  readonly rotateKey: (validFor: number) => Promise<Rotated>;
  readonly removeKey: (id: string) => Promise<void>;
  readonly certificates: () => Promise<readonly CertificateRow[]>;
  readonly renewCertificate: () => Promise<CertificateRow>;
  readonly backups: () => Promise<readonly BackupRow[]>;
  readonly backUp: () => Promise<BackupRow>;
  /** The path of a backup of this name; `undefined` if there is none. Writes to the audit log that it was fetched. */
  readonly fetchBackup: (name: string) => Promise<string | undefined>;
}

export interface AuditQuery {
  readonly event?: string | undefined;
  readonly subject?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface AuditAnswer {
  readonly entries: readonly AuditRow[];
  readonly more: boolean;
}
