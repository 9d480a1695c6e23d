import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, loadEnv, type Plugin } from 'vite'
import { shellOfBuild } from './shell-of-build.ts'

/** `npm run dev` in the root starts this page and the service that answers the rest, which it names here. */
const { RENDITION_SERVICE: service = 'http://127.0.0.1:8080' } = loadEnv('', '.', 'RENDITION_')

/** Built for whoever uses it, also by a shell or a test that has `development` or `test` set: that would be half as large again. */
const forUse: Plugin = {
  name: 'for use',
  config(_config, { command }) {
    if (command === 'build') process.env.NODE_ENV = 'production'
  },
}

export default defineConfig({
  plugins: [forUse, react(), tailwindcss(), shellOfBuild('public')],
  // The workspace's packages are taken from their sources, so the page builds without building them first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: 'index.html', worker: 'src/worker/worker.ts' },
      output: {
        // A worker is known by its address: another would be another worker.
        entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': { target: service, ws: true }, '/images': service, '/docs': service } },
})
