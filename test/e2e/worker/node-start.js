/** A worker has loaders of its own, so the one for TypeScript is registered before it imports any. */
import { register } from 'tsx/esm/api';

register();
await import('./node.ts');
