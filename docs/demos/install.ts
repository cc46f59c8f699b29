/** Registers the components that pages use by their tags. */
import type { App } from 'vue';
import ChangeByte from '../explain/change-byte/ChangeByte.vue';
import OwnCapture from '../explain/own-capture/OwnCapture.vue';
import LabEditor from '../lab-page/LabEditor.vue';
import KeyScheduleDemo from './KeyScheduleDemo.vue';
import AttacksDemo from './views/AttacksDemo.vue';
import ConsoleDemo from './views/ConsoleDemo.vue';
import ViewDemo from './views/ViewDemo.vue';
import WireDemo from './WireDemo.vue';

export function install(app: App): void {
  app.component('AttacksDemo', AttacksDemo);
  app.component('ChangeByte', ChangeByte);
  app.component('ConsoleDemo', ConsoleDemo);
  app.component('KeyScheduleDemo', KeyScheduleDemo);
  app.component('LabEditor', LabEditor);
  app.component('OwnCapture', OwnCapture);
  app.component('ViewDemo', ViewDemo);
  app.component('WireDemo', WireDemo);
}
