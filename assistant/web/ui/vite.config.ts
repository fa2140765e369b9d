import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Everything is served by us, under a policy that knows no inline script, style or data: address.
export default defineConfig({
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false' },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:8400', '/ws': { target: 'ws://127.0.0.1:8400', ws: true } },
  },
})
