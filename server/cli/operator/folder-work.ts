/** Work on the files of a data folder, which the running server does for a command, or the command itself if none runs. */
import type { AuditEvent } from '#chat/records';
import { auditLine } from './audit-line.ts';

export interface FolderWork {
  readonly data: string;
  /** Adds an entry to the audit log. `detail` must hold no secret. */
  readonly audit: (event: AuditEvent, detail: string) => Promise<void> | void;
}

/** For a command that does the work itself. */
export function ownWork(data: string): FolderWork {
  return { data, audit: (event, detail) => auditLine(data, event, detail) };
}
