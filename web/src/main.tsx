import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { startLanguage } from './languages/language.ts'
import './styles.css'
import './without-eval.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// Before anything is shown, so that nothing is read in another language first. Not awaited by the module itself: what its parts
// have in common with it could then not be in its file, and the first load had 48 files in place of 11.
void startLanguage().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
