/** What the projector shows, which this browser remembers. */
import { useLocalStorage } from '@vueuse/core';

/** door: how to come in; wires: what is said, on each wire. */
export const FACES = ['door', 'wires'] as const;
export type Face = (typeof FACES)[number];

export function useProjectorFace() {
  const face = useLocalStorage<Face>('wireglass-projector-face', 'door');
  const namesHidden = useLocalStorage('wireglass-projector-no-names', false);
  // What is kept may be of another version.
  if (!FACES.includes(face.value)) face.value = 'door';
  return { face, namesHidden };
}
