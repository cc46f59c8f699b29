/** The student whose file this page has open: the line of a person opens it, and one dialog shows it. */
import { shallowRef } from 'vue';
import type { PersonRow } from '#dissect/page-class';
import type { RowFile } from '#dissect/page-file';

export type ReadStudent = Pick<PersonRow, 'id' | 'name'> & Pick<RowFile, 'lab'>;

export const readStudent = shallowRef<ReadStudent>();
