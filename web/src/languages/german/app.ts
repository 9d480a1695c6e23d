import type { Texts } from '../texts.ts'

/** What is always there: frame, navigation, menus, keys. */
export const app = {
  'Account and appearance': 'Konto und Darstellung',
  'Signed in as': 'Angemeldet als',
  Appearance: 'Darstellung',
  'As the system': 'Wie das System',
  'appearance|Light': 'Hell',
  Dark: 'Dunkel',
  Language: 'Sprache',
  'The texts of this language could not be loaded. Nothing was changed.':
    'Die Texte dieser Sprache konnten nicht geladen werden. Es wurde nichts geändert.',
  'API reference': 'API-Referenz (englisch)',
  'Sign out': 'Abmelden',
  '{why} You are signed out here, but the service could not be told: the session stays in the list of your devices until it ends by itself.':
    '{why} Hier ist die Abmeldung erfolgt, aber der Dienst weiß noch nichts davon: Die Sitzung bleibt in der Liste der Geräte, bis sie von selbst endet.',
  Notices: 'Mitteilungen',

  // Places
  Library: 'Mediathek',
  Account: 'Konto',
  Developer: 'Entwicklung',
  Administration: 'Verwaltung',
  Photos: 'Fotos',
  Albums: 'Alben',
  Favourites: 'Favoriten',
  Trash: 'Papierkorb',
  'place|Archive': 'Archiv',
  Duplicates: 'Duplikate',
  'Shared links': 'Freigaben',
  Jobs: 'Aufträge',
  Security: 'Sicherheit',
  Usage: 'Nutzung',
  'URL builder': 'URL-Baukasten',
  'API keys': 'API-Schlüssel',
  Webhooks: 'Webhooks',
  Users: 'Konten',
  Service: 'Dienst',
  Audit: 'Protokoll',
  More: 'Mehr',
  'Skip to the content': 'Zum Inhalt springen',
  Upload: 'Hochladen',
  'You are offline. Nothing can be changed or deleted now; uploads wait for the connection.':
    'Keine Verbindung. Gerade kann nichts geändert oder gelöscht werden; Uploads warten auf die Verbindung.',
  'The service cannot be reached. This is as of {time}; nothing can be changed now, and uploads wait.':
    'Der Dienst ist nicht erreichbar. Stand: {time}; gerade kann nichts geändert werden, und Uploads warten.',
  'There is a new version of this page.': 'Es gibt eine neue Version dieser Seite.',
  'Load it': 'Laden',

  // Shared by other apps
  'Upload the {count} photos that were shared?': {
    one: 'Das geteilte Foto hochladen?',
    other: 'Die {count} geteilten Fotos hochladen?',
  },
  'Another app or page sent this to Rendition. It goes to the library of {name}.':
    'Eine andere App oder Seite hat dies an Rendition gesendet. Es kommt in die Mediathek von {name}.',
  'Nothing that was shared is an image.': 'Nichts von dem Geteilten ist ein Bild.',
  'Left out, because it is no image: {names}.': 'Ausgelassen, weil es kein Bild ist: {names}.',
  '{count} more are too much at once: share them by themselves.': {
    one: '{count} weiteres ist zu viel auf einmal: bitte einzeln teilen.',
    other: '{count} weitere sind zu viel auf einmal: bitte für sich teilen.',
  },

  // Faults
  'There is no such page': 'Diese Seite gibt es nicht',
  'The address may have been mistyped, or what was there is gone.':
    'Vielleicht ist die Adresse falsch geschrieben, oder was dort war, ist weg.',
  'Go to your photos': 'Zu den Fotos',
  'This page has run into a fault.': 'Auf dieser Seite ist ein Fehler aufgetreten.',
  'The service cannot be reached right now, and this part of the page has not been loaded yet.':
    'Der Dienst ist gerade nicht erreichbar, und dieser Teil der Seite ist noch nicht geladen.',
  'You are offline, and this part of the page has not been loaded yet.':
    'Keine Verbindung, und dieser Teil der Seite ist noch nicht geladen.',
  'Load it again': 'Neu laden',

  // Commands
  Commands: 'Befehle',
  Command: 'Befehl',
  'Go to, do, or find…': 'Gehe zu, tue oder finde …',
  'Search photos for “{q}”': 'Fotos nach „{q}“ durchsuchen',
  Search: 'Suchen',
  'Go to': 'Gehe zu',
  Do: 'Aktion',
  Help: 'Hilfe',
  Album: 'Album',
  'Upload photos': 'Fotos hochladen',
  'Upload a folder': 'Ordner hochladen',
  'add files': 'Dateien hinzufügen',
  shortcuts: 'Tastenkürzel',
  theme: 'Design',

  // Keys
  Keys: 'Tasten',
  'All keys': 'Alle Tasten',
  Everywhere: 'Überall',
  'Commands, albums and pages': 'Befehle, Alben und Seiten',
  'This list': 'Diese Liste',
  'Move within the album': 'Im Album verschieben',
  'Close, or let go of the selection': 'Schließen oder Auswahl aufheben',
  'From photo to photo': 'Von Foto zu Foto',
  'First and last of those loaded': 'Erstes und letztes der geladenen',
  Open: 'Öffnen',
  Select: 'Auswählen',
  'Select up to here': 'Bis hierher auswählen',
  'Select everything that is meant': 'Alles auswählen',
  Favourite: 'Favorit',
  'One photo': 'Einzelnes Foto',
  'Previous and next': 'Voriges und nächstes',
  'Zoom to 100 % and back': 'Auf 100 % zoomen und zurück',
  'Show in another size': 'In anderer Größe zeigen',
  'Stars, and none with 0': 'Sterne, mit 0 keine',
  Edit: 'Bearbeiten',
  Details: 'Details',
  'Slideshow, and its end': 'Diashow starten und beenden',
  'keyboard|Ctrl': 'Strg',
  'keyboard|Home': 'Pos1',
  'keyboard|End': 'Ende',
  'keyboard|Delete': 'Entf',
  'Move to the trash': 'In den Papierkorb',
  'Only administrators may do that.': 'Das darf nur die Verwaltung.',
  'Viewers may only read.': 'Gäste dürfen nur ansehen.',
} as const satisfies Texts
