/** A frame is four bytes of length, the most significant first, and that many bytes of payload. */
export function createFrameDecoder(maxPayload: number) {
  let kept = new Uint8Array(0);

  return {
    push(bytes: Uint8Array): void {
      const joined = new Uint8Array(kept.length + bytes.length);
      joined.set(kept);
      joined.set(bytes, kept.length);
      kept = joined;
    },

    next(): Uint8Array | undefined {
      if (kept.length < 4) return undefined;
      const length = new DataView(kept.buffer, kept.byteOffset).getUint32(0);
      if (length === 0) throw new Error('a frame must not be empty');
      if (length > maxPayload) throw new Error(`a frame of ${length} bytes is too long`);
      if (kept.length < 4 + length) return undefined;
      const payload = kept.slice(4, 4 + length);
      kept = kept.subarray(4 + length);
      return payload;
    },
  };
}
