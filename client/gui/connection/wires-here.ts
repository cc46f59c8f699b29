/** What this page needs to know of the workbench before it connects: its wires, and the shared key. */
import { type SharedKey, parseKeyFile } from '#channel/psk/keys';
import type { WireName } from '#protocol/wires';
import { askApi } from '../../../inspector/ui/ask-api.ts';
import { isStudentDevice } from '../../../inspector/ui/held-token.ts';

export interface WireHere {
  readonly wire: WireName;
  readonly port: number;
}

export interface WiresHere {
  readonly wires: readonly WireHere[];
  /** Where the demo key is; null when the shared key of the server is a real one. */
  readonly demoKey: string | null;
}

export interface KeyHere {
  readonly key: SharedKey;
  /** Everyone who can open this page has it. */
  readonly demo: boolean;
}

/** Rejects with a sentence for the person. */
export async function askWires(): Promise<WiresHere> {
  return (await (await askApi('/api/info')).json()) as WiresHere;
}

export async function askDemoKey({ demoKey }: WiresHere): Promise<KeyHere | undefined> {
  if (demoKey === null) return undefined;
  const [key] = parseKeyFile(await (await askApi(demoKey)).text());
  // In a class, a student is given a key of their own.
  return key && { key, demo: !isStudentDevice() };
}

/** The key in what a person has pasted: a line of a key file. Throws `SyntaxError`, which never repeats the key. */
export function pastedKey(text: string): KeyHere {
  const [key] = parseKeyFile(text);
  if (!key) throw new SyntaxError('there is no key in it');
  return { key, demo: false };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** How far what is not sealed in the page goes in the clear. */
export function wayToWorkbench({ hostname, protocol }: Pick<Location, 'hostname' | 'protocol'>) {
  if (LOOPBACK.has(hostname)) return 'local';
  return protocol === 'https:' ? 'https' : 'http';
}
