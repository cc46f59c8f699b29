import { describe, expect, it } from 'vitest';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from './messages.ts';
import { CLIENT_SECRETS, SECRET_NAMES, SERVER_SECRETS } from './secret-fields.ts';

describe('which fields of the messages are secret', () => {
  it('is marked in the schemas, for both directions', () => {
    expect(CLIENT_SECRETS).toEqual({
      join: ['token'],
      register: ['password'],
      login: ['password', 'device'],
      second_factor: ['code'],
      resume: ['token'],
      password: ['old', 'new'],
      totp_begin: ['password'],
      totp_confirm: ['code'],
      totp_remove: ['password'],
    });
    expect(SERVER_SECRETS).toEqual({
      joined: ['token'],
      auth_success: ['token', 'device'],
      totp: ['secret', 'uri'],
      recovery_codes: ['codes'],
    });
  });

  it('leaves out no field that has the name of a secret, except the codes of errors', () => {
    const marked = { ...CLIENT_SECRETS, ...SERVER_SECRETS };
    const unmarked = Object.entries({ ...CLIENT_MESSAGES, ...SERVER_MESSAGES }).flatMap(
      ([type, { entries }]) =>
        Object.keys(entries)
          .filter((name) => /password|token|secret|code|device/.test(name) && name !== 'second_factor')
          .filter((name) => !(marked[type] ?? []).includes(name))
          .map((name) => `${type}.${name}`),
    );
    expect(unmarked).toEqual(['error.code', 'auth_failed.code']);
  });

  it('has all their names, for a text that fits no schema', () => {
    expect([...SECRET_NAMES].sort()).toEqual(
      ['code', 'codes', 'device', 'new', 'old', 'password', 'secret', 'token', 'uri'].sort(),
    );
  });
});
