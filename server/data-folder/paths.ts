/** The paths in a data folder, for the server that makes the files and for the commands that only read them. */
import { join } from 'node:path';

export const DEFAULT_DATA = 'data';

export interface DataPaths {
  readonly database: string;
  readonly keyFile: string;
  readonly tokenFile: string;
  readonly operatorTokenFile: string;
  readonly certificates: string;
  readonly caFile: string;
  /** Where backups go that get no other place. */
  readonly backups: string;
}

export function dataPaths(folder: string): DataPaths {
  const certificates = join(folder, 'certs');
  return {
    database: join(folder, 'chat.sqlite'),
    keyFile: join(folder, 'psk.keys'),
    tokenFile: join(folder, 'web-token'),
    operatorTokenFile: join(folder, 'operator-token'),
    certificates,
    caFile: join(certificates, 'ca.pem'),
    backups: join(folder, 'backups'),
  };
}
