import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../ui/styles/tokens.css';
import '../ui/styles/base.css';
import '../ui/styles/access.css';
import '../ui/styles/controls.css';
import { createApp } from 'vue';
import { keepGate } from './class/gate.ts';
import { adoptToken } from './composables/token.ts';
import App from './shell/App.vue';
import { viewRouter } from './shell/router.ts';

// Before the router reads the address.
adoptToken();
const views = viewRouter();
keepGate(views.router);
createApp(App, { views }).use(views.router).mount('#app');
