/**
 * Takes from a worker what reaches beyond it: the network, the storage of the page, other workers and other pages. This keeps
 * a slip of the learner's code from doing harm. It is no sandbox: whoever writes the code sits at the browser that runs it.
 */
const REACHES_OUT: readonly string[] = [
  'fetch',
  'fetchLater',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'importScripts',
  'indexedDB',
  'caches',
  'cookieStore',
  'navigator',
  'BroadcastChannel',
  'SharedWorker',
  'Worker',
  'Notification',
];

/** Afterwards, none of these names leads anywhere in the scope. */
export function confine(scope: object): void {
  for (const name of REACHES_OUT) {
    for (let at: object | null = scope; at !== null; at = Object.getPrototypeOf(at) as object | null)
      Reflect.deleteProperty(at, name);
    // What cannot be deleted is covered.
    Object.defineProperty(scope, name, { value: undefined, writable: false, configurable: false });
  }
}
