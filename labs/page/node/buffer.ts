/** `Buffer` of the library, with what Node's takes and the library refuses: any `Uint8Array` to be compared with. */
import { Buffer } from 'buffer/';

Buffer.prototype.equals = function (this: Buffer, other: Uint8Array): boolean {
  return Buffer.compare(this, Buffer.from(other)) === 0;
};

export { Buffer };
