/** What the core, the TLS listener, the client and the whole server of lab 09 must do, asked over the network. */
import type { Check } from '#judge/check';
import { CLIENT_CHECKS } from './client-checks.ts';
import { CORE_CHECKS } from './core-checks.ts';
import { SERVER_CHECKS } from './server-checks.ts';
import { TLS_CHECKS } from './tls-checks.ts';

export const CHECKS: readonly Check[] = [...CORE_CHECKS, ...TLS_CHECKS, ...CLIENT_CHECKS, ...SERVER_CHECKS];
