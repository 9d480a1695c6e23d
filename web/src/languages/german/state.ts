import type { Texts } from '../texts.ts'

/** What is said when something was done, or not. */
export const state = {
  'The service cannot be reached right now.': 'Der Dienst ist gerade nicht erreichbar.',
  'You are offline.': 'Keine Verbindung.',
  'Too many attempts. Try again in {seconds} s.': 'Zu viele Versuche. In {seconds} s geht es weiter.',
  'Something went wrong.': 'Etwas ist schiefgegangen.',
  'Save it as JPEG, PNG or WebP and upload that.': 'Als JPEG, PNG oder WebP speichern und das hochladen.',
  'Copy it anew from where it comes from, or open it in an editor and save it.':
    'Noch einmal von der Quelle kopieren oder in einem Programm öffnen und neu speichern.',
  'Make it smaller and upload that.': 'Verkleinern und das hochladen.',
  'Shorten it or make it smaller, and upload that.': 'Kürzen oder verkleinern und das hochladen.',
  'Save it smaller or compress it more, and upload that.':
    'Kleiner oder stärker komprimiert speichern und das hochladen.',
  'Delete photos that you no longer need, then retry.':
    'Nicht mehr gebrauchte Fotos löschen, dann erneut versuchen.',
  'The service has no room just now. What was sent is kept: retry later.':
    'Der Dienst hat gerade keinen Platz. Das Gesendete bleibt erhalten: später erneut versuchen.',
  'Ask an administrator for the right to upload.': 'Das Recht zum Hochladen vergibt die Verwaltung.',
  'This file can no longer be read: it was moved, changed or deleted. Choose it again.':
    'Diese Datei ist nicht mehr lesbar: Sie wurde verschoben, geändert oder gelöscht. Bitte neu auswählen.',

  '{error} Nothing was changed.': '{error} Es wurde nichts geändert.',
  'Album “{name}” made': 'Album „{name}“ angelegt',
  'Album “{name}” deleted; its photos are still here': 'Album „{name}“ gelöscht; seine Fotos sind noch da',
  '{count} photos': { one: '{count} Foto', other: '{count} Fotos' },
  '{count} stars': { one: '{count} Stern', other: '{count} Sterne' },
  Saved: 'Gespeichert',
  Undo: 'Rückgängig',
  'Under way: the page of jobs shows how far it is': 'Läuft: Die Seite „Aufträge“ zeigt, wie weit es ist',
  'The trash is being emptied': 'Der Papierkorb wird geleert',
  '{error} The trash was not emptied.': '{error} Der Papierkorb wurde nicht geleert.',
  '{count} photos restored': {
    one: '{count} Foto wiederhergestellt',
    other: '{count} Fotos wiederhergestellt',
  },
  '{count} photos were not restored.': {
    one: 'Das Foto wurde nicht wiederhergestellt.',
    other: '{count} Fotos wurden nicht wiederhergestellt.',
  },
  '{count} photos moved to the trash': {
    one: '{count} Foto in den Papierkorb verschoben',
    other: '{count} Fotos in den Papierkorb verschoben',
  },
  '{count} photos were not moved to the trash.': {
    one: 'Das Foto wurde nicht in den Papierkorb verschoben.',
    other: '{count} Fotos wurden nicht in den Papierkorb verschoben.',
  },
  '{count} photos deleted': { one: '{count} Foto gelöscht', other: '{count} Fotos gelöscht' },
  '{count} photos were not deleted.': {
    one: 'Das Foto wurde nicht gelöscht.',
    other: '{count} Fotos wurden nicht gelöscht.',
  },
  '{count} photos were not changed.': {
    one: 'Das Foto wurde nicht geändert.',
    other: '{count} Fotos wurden nicht geändert.',
  },
  '{count} photos in your favourites': {
    one: '{count} Foto bei den Favoriten',
    other: '{count} Fotos bei den Favoriten',
  },
  '{count} photos out of your favourites': {
    one: '{count} Foto kein Favorit mehr',
    other: '{count} Fotos keine Favoriten mehr',
  },
  '{count} photos now public': {
    one: '{count} Foto jetzt öffentlich',
    other: '{count} Fotos jetzt öffentlich',
  },
  '{count} photos now private': { one: '{count} Foto jetzt privat', other: '{count} Fotos jetzt privat' },
  '{count} photos archived': { one: '{count} Foto archiviert', other: '{count} Fotos archiviert' },
  '{count} photos out of the archive': {
    one: '{count} Foto aus dem Archiv geholt',
    other: '{count} Fotos aus dem Archiv geholt',
  },
  '{photos} rated {stars}': '{photos} mit {stars} bewertet',
  '{count} photos tagged {tags}': {
    one: '{count} Foto mit {tags} verschlagwortet',
    other: '{count} Fotos mit {tags} verschlagwortet',
  },
  '{tags} taken off {count} photos': {
    one: '{tags} von {count} Foto entfernt',
    other: '{tags} von {count} Fotos entfernt',
  },
  '{count} photos in “{name}”': { one: '{count} Foto in „{name}“', other: '{count} Fotos in „{name}“' },
  '{count} photos taken out of “{name}”': {
    one: '{count} Foto aus „{name}“ entfernt',
    other: '{count} Fotos aus „{name}“ entfernt',
  },
  '{count} photos in the trash': {
    one: '{count} Foto im Papierkorb',
    other: '{count} Fotos im Papierkorb',
  },
  'The sizes of {count} photos are being made anew': {
    one: 'Die Größen von {count} Foto entstehen neu',
    other: 'Die Größen von {count} Fotos entstehen neu',
  },
  'Edit copied. Select photos in the gallery to paste it.':
    'Bearbeitung kopiert. Zum Einfügen Fotos in der Galerie auswählen.',
  'The browser did not let us keep the edit.': 'Der Browser ließ die Bearbeitung nicht speichern.',
  '{error} Nothing was edited.': '{error} Es wurde nichts bearbeitet.',
  '{error} Ask for the same edit again then, and each photo is edited once.':
    '{error} Dann dieselbe Bearbeitung noch einmal anwenden: Jedes Foto wird nur einmal bearbeitet.',
  'Edit put on {count} photos': {
    one: 'Bearbeitung auf {count} Foto angewendet',
    other: 'Bearbeitung auf {count} Fotos angewendet',
  },
  '{text}, {failed} failed. The jobs page says why.':
    '{text}, bei {failed} nicht. Den Grund zeigt die Seite „Aufträge“.',

  'The export is being prepared': 'Der Export wird vorbereitet',
  'The export is removed': 'Der Export ist entfernt',
  'Select at most {most} photos, or all of the list.':
    'Höchstens {most} Fotos auswählen, oder die ganze Liste.',
  'The photos could not be put together.': 'Die Fotos konnten nicht zusammengestellt werden.',
  'The download begins': 'Der Download beginnt',
  'The photos are being put together. The download begins by itself.':
    'Die Fotos werden zusammengestellt. Der Download beginnt von selbst.',
  '{error} The download stands on the page of your account when it is ready.':
    '{error} Der Download steht auf der Seite „Konto“, sobald er fertig ist.',
  'Version {version} restored': 'Version {version} wiederhergestellt',
  'The photo to keep is in the trash by now: restore it, or keep another one.':
    'Das zu behaltende Foto liegt inzwischen im Papierkorb: wiederherstellen oder ein anderes behalten.',
  'Nobody is signed in here any more. Sign in, and link anew.':
    'Hier ist niemand mehr angemeldet. Nach der Anmeldung neu verknüpfen.',
  'The link is made': 'Der Link ist erstellt',
  'The link is revoked': 'Der Link ist widerrufen',
  'The link is revoked: it opens nothing any more': 'Der Link ist widerrufen: Er öffnet nichts mehr',
  '{error} The link still works.': '{error} Der Link gilt weiterhin.',
  '1 day': '1 Tag',
  '1 week': '1 Woche',
  '30 days': '30 Tage',
  Never: 'Nie',
  'Device signed out': 'Gerät abgemeldet',
  '{what} changed': '{what} geändert',
  'Key “{name}” made': 'Schlüssel „{name}“ erstellt',
  'Key “{name}” ended': 'Schlüssel „{name}“ beendet',
  'Account erased': 'Konto gelöscht',
  'Account changed': 'Konto geändert',
  'Signed out everywhere': 'Überall abgemeldet',
  '{error} The kept photo has what it took over still.':
    '{error} Das behaltene Foto hat noch, was es übernommen hat.',
  '{error} Nothing was moved.': '{error} Es wurde nichts verschoben.',
  'One photo kept, {count} photos moved to the trash': {
    one: 'Ein Foto behalten, {count} Foto in den Papierkorb verschoben',
    other: 'Ein Foto behalten, {count} Fotos in den Papierkorb verschoben',
  },
  '{count} photos could not be moved to the trash.': {
    one: '{count} Foto konnte nicht in den Papierkorb verschoben werden.',
    other: '{count} Fotos konnten nicht in den Papierkorb verschoben werden.',
  },
  'Nobody knows whether {count} photos went to the trash: look there before you go on.': {
    one: 'Unklar ist, ob {count} Foto in den Papierkorb kam: bitte erst dort nachsehen.',
    other: 'Unklar ist, ob {count} Fotos in den Papierkorb kamen: bitte erst dort nachsehen.',
  },
  '{count} photos stayed out of the trash.': {
    one: '{count} Foto kam nicht in den Papierkorb.',
    other: '{count} Fotos kamen nicht in den Papierkorb.',
  },
  'Saved as a new version': 'Als neue Version gespeichert',
  'Nothing was saved; the edit is still here.': 'Es wurde nichts gespeichert; die Bearbeitung ist noch da.',
  'The edit is still here: save it again then, and it is saved once.':
    'Die Bearbeitung ist noch da: Später noch einmal speichern, gespeichert wird sie nur einmal.',
  'It was cancelled.': 'Der Auftrag wurde abgebrochen.',
  'Nothing was restored.': 'Es wurde nichts wiederhergestellt.',
  'Back at the version before': 'Zurück zur Version davor',
  'Forward at the next version': 'Vor zur nächsten Version',
  'The version stays.': 'Die Version bleibt.',
  'Job cancelled': 'Auftrag abgebrochen',
  'Job asked for again': 'Auftrag erneut gestartet',
  'Job removed': 'Auftrag entfernt',
  'This can be done with {most} photos at a time: narrow the list down.':
    'Das geht mit {most} Fotos auf einmal: bitte die Liste eingrenzen.',
  '{count} jobs cancelled': { one: '{count} Auftrag abgebrochen', other: '{count} Aufträge abgebrochen' },
  '{count} jobs asked for again': {
    one: '{count} Auftrag erneut gestellt',
    other: '{count} Aufträge erneut gestellt',
  },
  '{count} jobs moved to the fast lane': {
    one: '{count} Auftrag auf die schnelle Spur gesetzt',
    other: '{count} Aufträge auf die schnelle Spur gesetzt',
  },
  '{count} jobs moved to the bulk lane': {
    one: '{count} Auftrag auf die Stapelspur gesetzt',
    other: '{count} Aufträge auf die Stapelspur gesetzt',
  },
  'The jobs are removed': 'Die Aufträge sind entfernt',
  'Job moved to the fast lane': 'Auftrag auf die schnelle Spur gesetzt',
  'Job moved to the bulk lane': 'Auftrag auf die Stapelspur gesetzt',
  'Webhook made': 'Webhook angelegt',
  'Webhook removed': 'Webhook entfernt',
  'Test sent': 'Test gesendet',
  'Sent again': 'Erneut gesendet',
  'Everything has arrived': 'Alles ist angekommen',
  '{count} deliveries sent again': {
    one: '{count} Zustellung erneut gesendet',
    other: '{count} Zustellungen erneut gesendet',
  },
  '{count} photos moved': { one: '{count} Foto verschoben', other: '{count} Fotos verschoben' },
  'The order was not changed.': 'Die Reihenfolge wurde nicht geändert.',
} as const satisfies Texts
