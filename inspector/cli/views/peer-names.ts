/** The names that the peers of a TLS connection use for each other, where these are readable. */
import type { Inner } from '#dissect/model';
import type { Field } from '#protocol/field';

/** One line for each name in a handshake message: the requested host, the certificates of a chain. */
export function peerNames({ proto, title, fields }: Inner): string[] {
  if (proto !== 'tls-handshake') return [];
  if (title === 'client_hello') return named(fields, 'server_name').flatMap(hostLine);
  // In a compressed certificate, the list is nested deeper.
  return title.endsWith('certificate') ? named(fields, 'certificate_list').flatMap(chainLines) : [];
}

function hostLine({ value, malformed }: Field): string[] {
  return malformed || value === null || value === '' ? [] : [`server name: ${value}`];
}

function chainLines({ children = [] }: Field): string[] {
  return membersOf(children).flatMap((field) => {
    if (field.name !== 'certificate') return [];
    const [subject, issuer] = ['subject', 'issuer'].map((name) =>
      field.children?.find((part) => part.name === name),
    );
    if (!subject) return [];
    return [`certificate: ${shown(subject)}${issuer ? `, issued by ${shown(issuer)}` : ''}`];
  });
}

/** A subject may be empty; then the names are in the alternative names. */
function shown({ value }: Field): string {
  return value === null || value === '' ? '(no name)' : String(value);
}

/** The fields inside the members of a list. */
function membersOf(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.name.startsWith('[') ? membersOf(field.children ?? []) : [field]));
}

/** The outermost fields with this name. */
function named(fields: readonly Field[], name: string): Field[] {
  return fields.flatMap((field) => (field.name === name ? [field] : named(field.children ?? [], name)));
}
