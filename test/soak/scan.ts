/** Independent programs judge the tls wire of the real program: testssl.sh and nmap. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServe } from '../support/programs/program.ts';
import { enumCiphers, isBad, testssl } from '../support/programs/testssl.ts';
import type { Soak } from './soak.ts';

const GRADE = /least strength: (\w)/;

export const scan: Soak = {
  name: 'scan',
  shows:
    'testssl.sh finds nothing above LOW on the tls wire but what a private CA lacks; nmap grades every suite A',
  amount: { rounds: 1, minutes: Infinity },
  run: async () => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-scan-'));
    const { program, ready } = await startServe(data, '--no-tap', '--log', 'error');
    try {
      const port = ready.wires.find(({ wire }) => wire === 'tls')?.port ?? 0;
      const grade = GRADE.exec(await enumCiphers(port))?.[1];
      if (grade !== 'A') throw new Error(`nmap grades the weakest suite ${String(grade)}`);
      const findings = await testssl(port, ready.ca);
      const bad = findings.filter(isBad);
      const lines = (some: typeof findings): string =>
        some.map(({ id, severity, finding }) => `\n  ${severity} ${id}: ${finding}`).join('');
      if (bad.length > 0) throw new Error(`testssl found${lines(bad)}`);
      const noted = findings.filter(({ severity }) => severity !== 'OK' && severity !== 'INFO');
      return `nmap: least strength A; testssl: ${findings.length} findings, of which not OK or INFO:${lines(noted)}`;
    } finally {
      program.child.kill('SIGTERM');
      await program.finished;
      await rm(data, { recursive: true, force: true });
    }
  },
};
