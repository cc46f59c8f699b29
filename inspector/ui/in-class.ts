/** Who the person at this page is in a class, for windows that need to know nothing else of it. */
import { shallowRef } from 'vue';

/** Undefined outside a class, and until the server has told. */
export const nameInClass = shallowRef<string>();

/** Whether the person leads it, and so keeps order in the chat, where the device and not a password tells who this is. */
export const leadsClass = shallowRef(false);
