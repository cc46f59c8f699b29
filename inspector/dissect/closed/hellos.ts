/** What the hellos of a TLS connection tell: who is called, which suite is used, and which lines of a key log belong to it. */
import type { Field } from '#protocol/field';
import type { WireRecord } from '../model.ts';

export interface Hellos {
  /** The first record that they are about: its place among the records of the connection. */
  readonly from: number;
  /** Lower-case hex; absent when the hello of the client is not in the capture. */
  readonly clientRandom?: string;
  /** The host that the client asks for, if it says so. */
  readonly serverName?: string;
  /** IANA's name; absent when the hello of the server is not in the capture. */
  readonly suite?: string;
}

/** One entry for each handshake in the connection, in order. A connection as a rule has one. */
export function hellosOf(records: readonly WireRecord[]): Hellos[] {
  const found: Hellos[] = [];
  for (const [index, { inner }] of records.entries()) {
    for (const { proto, title, fields } of inner) {
      if (proto !== 'tls-handshake') continue;
      if (title === 'client_hello') addClient(found, index, fields);
      if (title === 'server_hello') addServer(found, index, fields);
    }
  }
  return found;
}

function addClient(found: Hellos[], from: number, fields: readonly Field[]): void {
  const clientRandom = textOf(fields, 'random');
  const serverName = textOf(fields, 'server_name');
  const last = found.at(-1);
  // The second hello after a request to try again has the same random (RFC 8446 §4.1.2).
  if (clientRandom === undefined || last?.clientRandom === clientRandom) return;
  const client = { clientRandom, ...(serverName !== undefined && { serverName }) };
  // Each side of a connection is captured on its own way: the answer may be there before the question.
  if (last && last.clientRandom === undefined) found.splice(-1, 1, { ...last, ...client });
  else found.push({ from, ...client });
}

function addServer(found: Hellos[], from: number, fields: readonly Field[]): void {
  const suite = textOf(fields, 'cipher_suite');
  if (suite === undefined) return;
  const last = found.at(-1);
  if (last && last.suite === undefined) found.splice(-1, 1, { ...last, suite });
  else found.push({ from, suite });
}

/** The value of the first field of this name, however deep. */
function textOf(fields: readonly Field[], name: string): string | undefined {
  for (const { name: own, value, malformed, children = [] } of fields) {
    if (own === name && !malformed && value !== null && value !== '') return String(value);
    const inside = textOf(children, name);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
