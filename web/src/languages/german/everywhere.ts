import type { Texts } from '../texts.ts'

/** Words that stand in many places, and times and amounts. */
export const everywhere = {
  'just now': 'gerade eben',
  Close: 'Schließen',
  Cancel: 'Abbrechen',
  '{label}, picked': '{label}, mit dem Farbwähler',
  'Reset {label}': '{label} zurücksetzen',
  'From {least} to {most}.': 'Von {least} bis {most}.',
  'This menu could not be loaded. Look whether you are online, then open it again.':
    'Dieses Menü konnte nicht geladen werden. Bitte die Verbindung prüfen, dann noch einmal öffnen.',
  'This part of the page could not be loaded. Look whether you are online, then try again.':
    'Dieser Teil der Seite konnte nicht geladen werden. Bitte die Verbindung prüfen, dann noch einmal versuchen.',
  'Load the page again': 'Seite neu laden',
} as const satisfies Texts
