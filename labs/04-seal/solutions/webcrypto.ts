/** With WebCrypto, as a page would do it: no Node at all, and everything is a promise. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const keyOf = (key: Uint8Array, use: 'encrypt' | 'decrypt') =>
  crypto.subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, [use]);

export async function encryptMessage(key: Uint8Array, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const imported = await keyOf(key, 'encrypt');
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, imported, encoder.encode(text));
  return btoa(String.fromCharCode(...iv, ...new Uint8Array(sealed)));
}

export async function decryptMessage(key: Uint8Array, sealed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
  const params = { name: 'AES-GCM', iv: bytes.subarray(0, 12), tagLength: 128 };
  const plain = await crypto.subtle.decrypt(params, await keyOf(key, 'decrypt'), bytes.subarray(12));
  return decoder.decode(plain);
}
