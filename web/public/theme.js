// The chosen theme, or none to follow the system. See src/app/theme.ts.
try {
  const theme = localStorage.getItem('rendition.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed to us: follow the system.
}
