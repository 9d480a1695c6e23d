import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { startLanguage } from './languages/language.ts'
import './styles.css'
import './without-eval.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// Before anything is shown, so that nothing is read in another language first.
await startLanguage()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
