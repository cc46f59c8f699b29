/** Tells the commands that use this data folder on which addresses everything listens. */
import { rm } from 'node:fs/promises';
import { type Addresses, addressesFile, readAddresses } from '#data-folder/addresses';
import type { ListenAddress } from '#runtime/server';
import type { WireName } from '#protocol/messages';
import { writeSecret } from './data-folder.ts';

interface Listening {
  readonly wires: readonly { readonly wire: WireName; readonly address: ListenAddress }[];
  /** Link to the page; its token stays out of the file. */
  readonly url: string;
}

/** Writes the file as a whole. Returns a function that removes it, unless another workbench has replaced it since. */
export async function announceAddresses(
  data: string,
  { wires, url }: Listening,
): Promise<() => Promise<void>> {
  const page = new URL(url);
  page.hash = '';
  const addresses = {
    pid: process.pid,
    web: page.href,
    wires: Object.fromEntries(wires.map(({ wire, address }) => [wire, address])) as Addresses['wires'],
  } satisfies Addresses;
  const file = addressesFile(data);
  await writeSecret(file, `${JSON.stringify(addresses, null, 2)}\n`);
  return async () => {
    const now = await readAddresses(data);
    if (now?.pid === process.pid) await rm(file, { force: true });
  };
}
