/** A generator that asks for one byte after the other. */
function* frames(maxPayload: number): Generator<Uint8Array | undefined, never, number> {
  for (;;) {
    let length = 0;
    for (let i = 0; i < 4; i++) length = length * 256 + (yield undefined);
    if (length === 0 || length > maxPayload) throw new Error(`a frame cannot have ${length} bytes`);
    const payload = new Uint8Array(length);
    for (let i = 0; i < length - 1; i++) payload[i] = yield undefined;
    payload[length - 1] = yield undefined;
    // The answer to this is dropped: the frame is given without taking a byte.
    yield payload;
  }
}

export function createFrameDecoder(maxPayload: number) {
  const machine = frames(maxPayload);
  machine.next();
  const waiting: number[] = [];
  let fault: unknown;
  return {
    push(bytes: Uint8Array): void {
      for (const byte of bytes) waiting.push(byte);
    },
    next(): Uint8Array | undefined {
      if (fault !== undefined) throw fault;
      try {
        while (waiting.length > 0) {
          const { value } = machine.next(waiting.shift() as number);
          if (!value) continue;
          machine.next(0);
          return value;
        }
      } catch (error) {
        fault = error;
        throw error;
      }
      return undefined;
    },
  };
}
