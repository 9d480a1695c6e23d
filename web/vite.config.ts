import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

/** `npm run dev` serves the page alone; a service started beside it answers the rest. */
const service = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The workspace's packages are taken from their sources, so the page builds without building them first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: { target: 'es2022', reportCompressedSize: false },
  server: { proxy: { '/api': { target: service, ws: true }, '/images': service } },
})
