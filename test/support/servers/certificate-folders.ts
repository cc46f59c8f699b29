/** Folders for certificates: empty ones, and ones as a first start leaves them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { ensureCertificates } from '#certs/ensure';

export const HOSTS = ['localhost', '127.0.0.1', '::1', 'classroom-3'];
export const NOW = new Date();
export const DAY = 86_400_000;

let base: string;
export let dir: string;

/** A folder as the first start leaves it, made once and copied: new keys take most of a second. */
let template: string;

/** Gives each test of the file its own `dir`. */
export function useCertificateFolders(): void {
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'wireglass-certs-'));
    dir = join(base, 'certs');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));
  beforeAll(async () => {
    template = mkdtempSync(join(tmpdir(), 'wireglass-certs-'));
    await ensureCertificates(template, { hosts: HOSTS, now: NOW });
  });
  afterAll(() => rmSync(template, { recursive: true, force: true }));
}

export const startFromTemplate = () => beforeEach(() => cpSync(template, dir, { recursive: true }));

export const mode = (name: string) => (statSync(join(dir, name)).mode & 0o777).toString(8);
export const read = (name: string) => readFileSync(join(dir, name), 'utf8');
