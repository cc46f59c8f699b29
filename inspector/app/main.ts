import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/access.css';
import './styles/controls.css';
import { createApp } from 'vue';
import App from './App.vue';

createApp(App).mount('#app');
