/** A line of a command's own in the audit log. The log takes lines from several processes, so a server may run. */
import type { AuditEvent } from '#chat/records';
import { dataPaths } from '#client/data-paths';
import { openStore } from '#store/store';

/** `detail` must hold no secret. Makes the database when there is none. */
export async function auditLine(data: string, event: AuditEvent, detail: string): Promise<void> {
  const store = await openStore(dataPaths(data).database);
  try {
    await store.audit({ ts: Date.now(), event, actor: 'operator', detail });
  } finally {
    await store.close();
  }
}
