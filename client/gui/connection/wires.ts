/** The wires of this workbench, the shared key of this tab, and what a client needs to connect to one of them. */
import { computed, shallowRef } from 'vue';
import type { Target } from '#client/connect/supervisor';
import { type WireName, needsKeys } from '#protocol/wires';
import { wordsFor } from '../model/words.ts';
import { type KeyHere, type WiresHere, askDemoKey, askWires, pastedKey } from './wires-here.ts';

export type WireList = ReturnType<typeof useWireList>;

export function useWireList() {
  const here = shallowRef<WiresHere>();
  /** Why the workbench did not say which wires there are. */
  const problem = shallowRef<string>();
  const key = shallowRef<KeyHere>();

  async function load(): Promise<void> {
    problem.value = undefined;
    try {
      const found = await askWires();
      key.value ??= await askDemoKey(found);
      here.value = found;
    } catch (error) {
      problem.value = wordsFor(error);
    }
  }

  /** Takes a key that the person has pasted, for this tab only. Returns what is wrong with it, if anything is. */
  function paste(text: string): string | undefined {
    try {
      key.value = pastedKey(text);
      return undefined;
    } catch (error) {
      return error instanceof SyntaxError ? error.message : 'This is not a key.';
    }
  }

  function targetFor(wire: WireName): Target {
    const port = here.value?.wires.find((row) => row.wire === wire)?.port ?? 0;
    const keys = key.value && needsKeys(wire, 'shared') ? [key.value.key] : [];
    return { wire, host: location.hostname.replace(/^\[|\]$/g, ''), port, keys };
  }

  const names = computed<readonly WireName[]>(() => here.value?.wires.map(({ wire }) => wire) ?? []);
  /** One that needs nothing from the person, and protects. */
  const first = computed<WireName>(() => {
    const order: readonly WireName[] = key.value
      ? ['psk', 'tls', 'tls+psk', 'plain']
      : ['tls', 'psk', 'tls+psk', 'plain'];
    return order.find((wire) => names.value.includes(wire)) ?? 'plain';
  });
  const lacksKey = (wire: WireName): boolean => needsKeys(wire, 'shared') && key.value === undefined;

  return { here, problem, key, names, first, load, paste, targetFor, lacksKey };
}
