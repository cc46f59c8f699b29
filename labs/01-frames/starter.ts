/**
 * Lab 01: find the frames in a stream of bytes.
 *
 * A frame is four bytes of length, the most significant first, and then that many bytes of payload. The socket gives
 * you its bytes in pieces of any size: `push` takes one piece, `next` gives one payload, or undefined when more bytes
 * are needed.
 */
export function createFrameDecoder(maxPayload: number) {
  return {
    /** Takes the next bytes of the stream. They may be half a frame, or three of them. */
    push(bytes: Uint8Array): void {
      // Keep the bytes until the frame is whole.
    },

    /** The next whole payload, or undefined. Throws when a length is zero or above maxPayload. */
    next(): Uint8Array | undefined {
      return undefined;
    },
  };
}
