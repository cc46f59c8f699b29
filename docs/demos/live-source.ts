/** A source that is live: the taps and the chat of the workbench that serves the page. */
import { useRelay } from '../../inspector/app/composables/relay.ts';
import { tapSource } from '../../inspector/app/composables/traffic.ts';
import type { DemoSource, Wanted } from './source.ts';

/** Call it in the set-up of a component: the sockets are closed with that. */
export function liveSource({ wires }: Wanted): DemoSource {
  return {
    kind: 'live',
    title: 'live: this workbench',
    wires,
    speaks: wires,
    relay: useRelay(),
    traffic: tapSource,
  };
}
