/** What the views share: one stream from the tap and one set of clients for the whole page, whichever view is open. */
import { createGlobalState } from '@vueuse/core';
import { useRelay } from './relay.ts';
import { tapSource, useTraffic } from './traffic.ts';

/** Begins with the first view that shows traffic, and goes on while the person is elsewhere. */
export const useWorkbenchTraffic = createGlobalState(() => useTraffic(tapSource));

/** Begins with the first view that sends. */
export const useWorkbenchRelay = createGlobalState(useRelay);
