/**
 * Changes to accounts: through the running server, so that they apply to open connections at once, or directly in the
 * store if none is running.
 */
import { commandLine } from '#client-cli/hints';
import { quoted } from '#protocol/shown';
import { dataPaths } from '#data-folder/paths';
import { AccountDesk } from '#accounts/account-desk';
import { passwordAnswers } from '#accounts/passwords';
import { openStore } from '#store/store';
import type { AccountRole } from '#protocol/roles';
import { type RemoteServer, withServerOrAlone } from './remote.ts';

/** Each method resolves with a sentence about what was done. */
export interface Accounts {
  add(name: string, password: string): Promise<string>;
  setPassword(name: string, password: string): Promise<string>;
  setRole(name: string, role: AccountRole): Promise<string>;
  removeSecondFactor(name: string): Promise<string>;
  remove(name: string): Promise<string>;
}

export function withAccounts<T>(data: string, use: (accounts: Accounts) => Promise<T>): Promise<T> {
  return withServerOrAlone(data, (server) => (server ? use(accountsOf(server, data)) : inStore(data, use)));
}

function accountsOf(server: RemoteServer, data: string): Accounts {
  return {
    add: async (name, password) =>
      added(await server.changeAccount('accounts/add', { name, password }), data),
    setPassword: async (name, password) =>
      changed(await server.changeAccount('accounts/password', { name, password })),
    setRole: (name, role) => server.run({ type: 'appoint', name, role }),
    removeSecondFactor: async (name) =>
      unfactored(await server.changeAccount('accounts/forget-factor', { name })),
    remove: async (name) => removed(await server.changeAccount('accounts/remove', { name })),
  };
}

async function inStore<T>(data: string, use: (accounts: Accounts) => Promise<T>): Promise<T> {
  const store = await openStore(dataPaths(data).database);
  try {
    const nobody = (): void => undefined;
    const desk = new AccountDesk({
      answers: { ...store.answers, ...passwordAnswers() },
      remove: (id) => store.removeAccount(id),
      audit: (entry) => store.audit(entry),
      added: nobody,
      signedOut: nobody,
      removed: nobody,
    });
    return await use({
      add: async (name, password) => added(await desk.add({ name, password }), data),
      setPassword: async (name, password) => changed(await desk.setPassword({ name, password })),
      setRole: async (name, role) => `${await desk.setRole(name, role)} is now ${role}.`,
      removeSecondFactor: async (name) => unfactored(await desk.removeSecondFactor(name)),
      remove: async (name) => removed(await desk.remove(name)),
    });
  } finally {
    await store.close();
  }
}

function added(name: string, data: string): string {
  const change = commandLine(`users role ${quoted(name)} ROLE`, data);
  return `The account ${name} was created. Its role is user; ${change} changes that.`;
}

function changed(name: string): string {
  return `${name} has a new password; all logins with the old one have ended.`;
}

function unfactored(name: string): string {
  return `${name} now logs in with the password alone; all earlier logins have ended.`;
}

function removed(name: string): string {
  return `The account ${name} was removed, and its name is free. Its messages stay.`;
}
