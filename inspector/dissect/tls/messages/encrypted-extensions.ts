/** EncryptedExtensions (RFC 8446 §4.3.1). */
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { message } from './contract.ts';

export const encryptedExtensions = message(
  { type: 8, source: 'RFC 8446 §4.3.1' },
  { ...EXTENSION_LIST },
  (reader) => ({ extensions: readExtensions(reader, 'encrypted_extensions') }),
);
