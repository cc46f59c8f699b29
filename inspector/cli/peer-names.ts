/** The names that the peers of a TLS connection give each other, where they can be read. */
import type { Inner } from '#dissect/model';
import type { Field } from '#wire/field';

/** One line for each name that a handshake message tells: the host that was asked for, the certificates of a chain. */
export function peerNames({ proto, title, fields }: Inner): string[] {
  if (proto !== 'tls-handshake') return [];
  if (title === 'client_hello') return named(fields, 'server_name').flatMap(hostLine);
  // A compressed certificate has its list deeper inside.
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

/** A subject may be empty: the alternative names tell then. */
function shown({ value }: Field): string {
  return value === null || value === '' ? '(no name)' : String(value);
}

/** Members of a list, and what stands in them. */
function membersOf(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.name.startsWith('[') ? membersOf(field.children ?? []) : [field]));
}

/** The outermost fields of this name. */
function named(fields: readonly Field[], name: string): Field[] {
  return fields.flatMap((field) => (field.name === name ? [field] : named(field.children ?? [], name)));
}
