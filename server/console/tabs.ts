/** The parts of the console. */
export const TABS = [
  { id: 'overview', label: 'Overview' },
  { id: 'people', label: 'People' },
  { id: 'log', label: 'Log' },
  { id: 'plots', label: 'Plots' },
  { id: 'audit', label: 'Audit' },
  { id: 'users', label: 'Users' },
  { id: 'keys', label: 'Keys' },
  { id: 'backups', label: 'Backups' },
] as const;

export type TabId = (typeof TABS)[number]['id'];
