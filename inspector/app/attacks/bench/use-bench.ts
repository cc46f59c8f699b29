/** The bench of this page: one socket, one bench. It is gone with the calling component. */
import { shallowRef } from 'vue';
import type { BenchMessage, BenchOrder, BenchRequest, StandingRow } from '#dissect/page-bench';
import { toHex } from '#protocol/bytes';
import { socketUrl, useServerSocket } from '../../composables/server-socket.ts';
import { type BenchState, EMPTY_BENCH, afterMessage, afterOrder } from './bench-state.ts';

export type UseBench = ReturnType<typeof useBench>;

export function useBench() {
  const state = shallowRef<BenchState>(EMPTY_BENCH);
  /** A change that the server has not made yet: letters are typed faster than answers come. */
  const draft = shallowRef<{ readonly unit: number; readonly bytes: Uint8Array }>();
  /** Connections of the workbench that the bench could step into; undefined until it is known, null where there is no tap. */
  const standing = shallowRef<readonly StandingRow[] | null>();
  let wanted: string | undefined;
  let edits = 0;
  const socket = useServerSocket<BenchMessage>(socketUrl('bench'), (message) => {
    // After a lost connection it begins anew, too.
    if (message.type === 'ready') return begin();
    if (message.type === 'standing') {
      standing.value = message.flows;
      return;
    }
    state.value = afterMessage(state.value, message);
    if (message.type === 'changed' && message.edit === edits) draft.value = undefined;
  });

  function begin(): void {
    state.value = EMPTY_BENCH;
    draft.value = undefined;
    if (wanted !== undefined) socket.send({ type: 'open', target: wanted } satisfies BenchRequest);
  }

  function open(target: string): void {
    wanted = target;
    begin();
  }

  function ask(order: BenchOrder): void {
    if (socket.send(order)) state.value = afterOrder(state.value, order);
  }

  function replace(unit: number, bytes: Uint8Array, fit: boolean): void {
    draft.value = { unit, bytes };
    ask({ type: 'replace', unit, bytes: toHex(bytes), fit, edit: ++edits });
  }

  const bytesOf = (id: number): Uint8Array | undefined =>
    draft.value?.unit === id ? draft.value.bytes : state.value.units.get(id)?.bytes;

  return { socket: socket.state, state, standing, open, ask, replace, bytesOf };
}
