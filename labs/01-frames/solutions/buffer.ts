/** With Node's Buffer; frames are cut as the bytes arrive, and a fault waits behind the good ones. */
export function createFrameDecoder(maxPayload: number) {
  let rest = Buffer.alloc(0);
  const ready: Buffer[] = [];
  let fault: Error | undefined;

  return {
    push(bytes: Uint8Array) {
      rest = Buffer.concat([rest, bytes]);
      while (!fault && rest.length >= 4) {
        const length = rest.readUInt32BE(0);
        if (length === 0) fault = new Error('empty frame');
        else if (length > maxPayload) fault = new Error('too long');
        else if (rest.length < 4 + length) break;
        else {
          ready.push(rest.subarray(4, 4 + length));
          rest = rest.subarray(4 + length);
        }
      }
    },
    next() {
      const payload = ready.shift();
      if (payload === undefined && fault) throw fault;
      return payload;
    },
  };
}
