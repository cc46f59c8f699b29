/** The accounts, each with the wires on which it is connected. */
import type { Store } from '#store/store';
import type { AccountRow, ConnectionRow } from '#web/operator/answers';

const PAGE = 1_000;

export async function accountRows(
  store: Pick<Store, 'accounts'>,
  connections: readonly Pick<ConnectionRow, 'name' | 'wire' | 'role'>[],
): Promise<AccountRow[]> {
  const wires = new Map<string, string[]>();
  for (const { name, wire } of connections) wires.set(name, [...(wires.get(name) ?? []), wire]);
  const found: AccountRow[] = [];
  let after: number | undefined;
  for (;;) {
    const { accounts, more } = await store.accounts({ ...(after !== undefined && { after }), limit: PAGE });
    for (const { id, seen, ...account } of accounts) {
      found.push({ ...account, ...(seen !== undefined && { seen }), online: wires.get(account.name) ?? [] });
      after = id;
    }
    if (!more) return found;
  }
}
