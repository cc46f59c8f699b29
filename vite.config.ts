import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('inspector/app', import.meta.url)),
  plugins: [vue()],
  // The reader loads the engine for regular expressions only when a filter asks for it.
  worker: { format: 'es' },
  build: { outDir: '../../dist/web', emptyOutDir: true, assetsInlineLimit: 0 },
  server: {
    proxy: { '/ws': { target: 'http://127.0.0.1:8080', ws: true }, '/api': 'http://127.0.0.1:8080' },
  },
});
