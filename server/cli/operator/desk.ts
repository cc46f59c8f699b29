/** What the running server does for the operator: the same work that the commands do by themselves when no server runs. */
import type { AuditEvent } from '#chat/records';
import type { ChatServer } from '#runtime/server';
import type { Store } from '#store/store';
import type { Desk } from '#web/operator/desk';
import { connectionRows } from '#web/operator/views';
import type { Credentials } from '../credentials.ts';
import type { Wires } from '../wires.ts';
import { accountRows } from './account-rows.ts';
import { judgeAudit } from './audit-verdict.ts';
import { backUpByTime, backupFile, backupRows } from './backups.ts';
import { certificatesIn, renewCertificate } from './certificates.ts';
import type { FolderWork } from './folder-work.ts';
import { keyRows, removeKey, rotateKey } from './shared-keys.ts';

export interface DeskParts {
  /** Path of the data folder. */
  readonly data: string;
  /** The address that the page listens on. */
  readonly host: string;
  readonly store: Store;
  readonly server: ChatServer;
  readonly wires: Wires;
  readonly credentials: Credentials;
}

export function operatorDesk({ data, host, store, server, wires, credentials }: DeskParts): Desk {
  const audit: FolderWork['audit'] = (event, detail) =>
    server.audit({ ts: Date.now(), event, actor: 'operator', detail });
  const work: FolderWork = { data, audit };
  /** Puts what has been written to the data folder into use. */
  const used = async <T>(done: T): Promise<T> => {
    await credentials.renew();
    return done;
  };
  return {
    wires: () => wires.rows(),
    stopWire: (wire) => wires.stop(wire),
    startWire: (wire) => wires.start(wire),
    accounts: () => accountRows(store, connectionRows(server)),
    // The store finds nothing for an event that does not exist.
    auditPage: ({ event, subject, before, limit }) =>
      store.auditPage({
        limit,
        ...(event !== undefined && { event: event as AuditEvent }),
        ...(subject !== undefined && { subject }),
        ...(before !== undefined && { before }),
      }),
    judgeAudit: async (noted) => (await judgeAudit(store, noted)).verdict,
    keys: () => keyRows(data),
    rotateKey: async (validFor) => used(await rotateKey(work, validFor)),
    removeKey: async (id) => used(await removeKey(work, id)),
    certificates: () => certificatesIn(data),
    renewCertificate: async () => used(await renewCertificate(work, host)),
    backups: () => backupRows(data),
    backUp: () => backUpByTime(work),
    fetchBackup: async (name) => {
      const file = await backupFile(data, name);
      if (file !== undefined) await audit('operator.backup', `${name} was downloaded`);
      return file;
    },
  };
}
