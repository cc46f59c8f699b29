/** The WebSocket of a page to the relay of the workbench. */
import type { OpenCarrier } from '#client/relayed/relayed-stream';

const url = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/wire`;

export const openPageCarrier: OpenCarrier = (listener) => {
  const socket = new WebSocket(url());
  let isUnwanted = false;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (isUnwanted) socket.close();
    else listener.opened();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') listener.text(data);
    else listener.bytes(new Uint8Array(data));
  };
  socket.onclose = () => listener.closed();
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(data) {
      // Nothing is sent any more once it is closing; whoever sends is told that by the end.
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(typeof data === 'string' ? data : new Uint8Array(data));
    },
    close() {
      // A socket that is being opened is closed once it is open: before, the browser would call that an error.
      if (socket.readyState === WebSocket.CONNECTING) isUnwanted = true;
      else socket.close();
    },
  };
};

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
