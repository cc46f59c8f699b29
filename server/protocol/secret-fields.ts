/**
 * Which fields of the messages are secret: anyone who reads one can use it to be somebody else. The schemas mark them
 * (`secret` in `schemas/fields.ts`); this table is made from them.
 */
import * as v from 'valibot';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from './messages.ts';

/** Names of the secret fields of each message that has some, by its type: `{ login: ['password', 'device'] }`. */
export type SecretFields = Readonly<Record<string, readonly string[]>>;

/** True for the schema of a field that is marked secret, or of the optional one around it. */
export function isSecret(schema: v.GenericSchema): boolean {
  const { wrapped } = schema as { wrapped?: v.GenericSchema };
  return v.getMetadata(wrapped ?? schema)['secret'] === true;
}

export const CLIENT_SECRETS: SecretFields = secretFields(CLIENT_MESSAGES);
export const SERVER_SECRETS: SecretFields = secretFields(SERVER_MESSAGES);

/** Every name that a secret field has in some message: all that there is to go by in a text that is not a message. */
export const SECRET_NAMES: ReadonlySet<string> = new Set(
  [CLIENT_SECRETS, SERVER_SECRETS].flatMap((table) => Object.values(table).flat()),
);

function secretFields(messages: Readonly<Record<string, { readonly entries: object }>>): SecretFields {
  const rows = Object.entries(messages).map(([type, { entries }]) => {
    const fields = Object.entries(entries as Record<string, v.GenericSchema>);
    return [type, fields.filter(([, schema]) => isSecret(schema)).map(([name]) => name)] as const;
  });
  return Object.fromEntries(rows.filter(([, names]) => names.length > 0));
}
