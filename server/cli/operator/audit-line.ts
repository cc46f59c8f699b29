/** Entries that commands add to the audit log. Several processes may add entries, so a server may be running. */
import type { AuditEvent } from '#chat/records';
import { dataPaths } from '#data-folder/paths';
import { openStore } from '#store/store';

/** `detail` must hold no secret. Creates the database if there is none. */
export async function auditLine(data: string, event: AuditEvent, detail: string): Promise<void> {
  const store = await openStore(dataPaths(data).database);
  try {
    await store.audit({ ts: Date.now(), event, actor: 'operator', detail });
  } finally {
    await store.close();
  }
}
