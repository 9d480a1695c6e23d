import type { Texts } from '../texts.ts'

/** Addresses, notifications, receipts, and how administrators let people in. */
export const account = {
  'The link is on its way.': 'Der Link ist unterwegs.',
  'Notifications changed': 'Benachrichtigungen geändert',
  Invited: 'Eingeladen',
  'Invitation taken back': 'Einladung zurückgenommen',
  Receipts: 'Quittungen',
  'What was deleted for good, as a list that is signed when everything is gone. {keys} verify it.':
    'Was endgültig gelöscht wurde, als Liste, die signiert wird, sobald alles fort ist. {keys} prüfen sie.',
  'The public keys': 'Die öffentlichen Schlüssel',
  Deleted: 'Gelöscht',
  receipts: 'Quittungen werden geladen',
  'Nothing was deleted for good yet.': 'Noch wurde nichts endgültig gelöscht.',
  'Show older receipts': 'Ältere Quittungen anzeigen',
  'Being removed': 'Wird entfernt',
  'Save the receipt': 'Quittung speichern',
  Receipt: 'Quittung',
  'Copy all of it, to its end. Loaded again, this page does not know it any more.':
    'Bitte den ganzen Link kopieren, bis zum Ende. Neu geladen kennt ihn diese Seite nicht mehr.',
  'The account is erased': 'Das Konto ist gelöscht',
  'A signed receipt says what was destroyed. It is made when everything is gone, which takes a minute or more.':
    'Eine signierte Quittung sagt, was vernichtet wurde. Sie entsteht, wenn alles fort ist; das dauert eine Minute oder länger.',
  'Everything was gone at {time}.': 'Alles war fort: {time}.',
  'Link to the receipt': 'Link zur Quittung',
  'Keep it: whoever has it can fetch the receipt, and nobody can send it again.':
    'Bitte aufbewahren: Wer ihn hat, kann die Quittung abrufen, und niemand kann ihn noch einmal senden.',
  'New devices': 'Neue Geräte',
  'A sign-in from a device that was not seen before.':
    'Eine Anmeldung von einem Gerät, das noch nicht bekannt war.',
  'Changes of the password, the address, two-step sign-in, API keys and providers.':
    'Änderungen an Passwort, Adresse, Anmeldung in zwei Schritten, API-Schlüsseln und Anbietern.',
  'Exports and imports': 'Exporte und Importe',
  'An export is ready, or an export or import failed.':
    'Ein Export ist bereit, oder ein Export oder Import ist fehlgeschlagen.',
  Space: 'Speicherplatz',
  'Nine tenths of what the account may keep are used.':
    'Neun Zehntel dessen, was das Konto behalten darf, sind belegt.',
  'Mails that tell you what happens to your account.': 'E-Mails, die sagen, was mit dem Konto geschieht.',
  'Give your account an address first.': 'Dafür braucht das Konto zuerst eine Adresse.',
  Notifications: 'Benachrichtigungen',
  notifications: 'Benachrichtigungen werden geladen',
  'The page keeps its language in this browser, mails theirs with the account.':
    'Die Sprache der Seite gilt in diesem Browser, die der E-Mails für das Konto.',
  'The page keeps its language in this browser.': 'Die Sprache der Seite gilt in diesem Browser.',
  'Of the page': 'Der Seite',
  'Of mails to you': 'Der E-Mails',
  'As configured': 'Wie eingestellt',
  'Mails to you keep their language. {why}': 'Die Sprache der E-Mails bleibt, wie sie war. {why}',
  'Open the link that was mailed to {address}: the address counts from then on.':
    'Bitte den Link öffnen, der an {address} ging: Von da an gilt die Adresse.',
  'Open the link that was mailed to {address}: until then you may look, and change nothing.':
    'Bitte den Link öffnen, der an {address} ging: Bis dahin ist nur Ansehen möglich, kein Ändern.',
  'Mail it again': 'Noch einmal senden',
  'Your address is verified': 'Die Adresse ist bestätigt',
  '{address} is the address of your account.': '{address} ist die Adresse des Kontos.',
  'Verify your address': 'Adresse bestätigen',
  'Sign in to your account first, then open the link from the mail once more.':
    'Bitte zuerst am Konto anmelden, dann den Link aus der E-Mail noch einmal öffnen.',
  'For the account that you are signed in to.': 'Für das Konto, das gerade angemeldet ist.',
  'Not now': 'Jetzt nicht',
  'Verify the address': 'Die Adresse bestätigen',
  Invitations: 'Einladungen',
  'A link is good once, for seven days, also where registration is closed.':
    'Ein Link gilt einmal, sieben Tage lang, auch wenn die Registrierung geschlossen ist.',
  Invite: 'Einladen',
  'Link of the invitation': 'Link der Einladung',
  'No e-mail is sent here. Hand it over yourself: it is shown this once.':
    'Hier werden keine E-Mails gesendet. Bitte selbst übergeben: Er erscheint nur dieses eine Mal.',
  invitations: 'Einladungen werden geladen',
  'Open invitations': 'Offene Einladungen',
  'Show older invitations': 'Ältere Einladungen anzeigen',
  'good until {time}': 'gültig bis {time}',
  'Take back the invitation of {email}': 'Einladung von {email} zurücknehmen',
  'Take back': 'Zurücknehmen',
  'Link for a new password': 'Link für ein neues Passwort',
  'Link that signs in': 'Link zum Anmelden',
  'Take off two-step sign-in': 'Anmeldung in zwei Schritten abschalten',
  'Two-step sign-in is on.': 'Die Anmeldung in zwei Schritten ist an.',
  'Waits for its address to be verified.': 'Die Adresse ist noch nicht bestätigt.',
  'Good once. Hand it to {name} yourself: it is shown this once.':
    'Gilt einmal. Bitte selbst an {name} übergeben: Er erscheint nur dieses eine Mal.',
  'Take two-step sign-in off {name}?': 'Anmeldung in zwei Schritten für {name} abschalten?',
  'For who lost the phone and the recovery codes. Make sure that it is {name} who asks.':
    'Für den Fall, dass Telefon und Wiederherstellungscodes verloren sind. Bitte sicherstellen, dass wirklich {name} darum bittet.',
  'Space in GB': 'Speicherplatz in GB',
  'Empty: as configured. 0: no limit.': 'Leer: wie eingestellt. 0: keine Grenze.',
  'Save the quota': 'Speicherplatz festlegen',
  'Receipts of erased accounts': 'Quittungen gelöschter Konten',
  'An account’s receipt lists everything that went with it.':
    'Die Quittung eines Kontos nennt alles, was mit ihm gelöscht wurde.',
} as const satisfies Texts
