/** Accounts: registering, logging in and out, and a member's own sessions, password and second factor. */
import type { CommandTable } from '../command.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { password } from './password.ts';
import { register } from './register.ts';
import { resume } from './resume.ts';
import { revoke } from './revoke.ts';
import { secondFactor } from './second-factor.ts';
import { sessions } from './sessions.ts';
import { totpBegin } from './totp-begin.ts';
import { totpConfirm } from './totp-confirm.ts';
import { totpRemove } from './totp-remove.ts';
import type { ACCOUNTS_FROM_CLIENT } from '#protocol/schemas/accounts';

export const ACCOUNT_COMMANDS: CommandTable<keyof typeof ACCOUNTS_FROM_CLIENT> = {
  register,
  login,
  second_factor: secondFactor,
  resume,
  logout,
  password,
  sessions,
  revoke,
  totp_begin: totpBegin,
  totp_confirm: totpConfirm,
  totp_remove: totpRemove,
};
