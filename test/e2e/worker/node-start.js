/** A worker has loaders of its own: it learns TypeScript before it imports any. */
import { register } from 'tsx/esm/api';

register();
await import('./node.ts');
