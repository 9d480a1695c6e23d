import type { Texts } from '../texts.ts'

/** Signing in, and how one signs in. */
export const auth = {
  'Sign in': 'Anmelden',
  'Welcome back': 'Willkommen zurück',
  'Your pictures, in every size.': 'Eigene Bilder, in jeder Größe.',
  'New here?': 'Neu hier?',
  'Create an account': 'Konto anlegen',
  'Welcome to Rendition': 'Willkommen bei Rendition',
  'Create your account': 'Konto anlegen',
  'Create account': 'Konto anlegen',
  'Long, and yours alone: the commonest are refused.':
    'Lang und nur hier benutzt; die häufigsten werden abgelehnt.',
  'At least {count} characters; the commonest passwords are refused.': {
    one: 'Mindestens {count} Zeichen; die häufigsten Passwörter werden abgelehnt.',
    other: 'Mindestens {count} Zeichen; die häufigsten Passwörter werden abgelehnt.',
  },
  'Have an account?': 'Schon ein Konto?',
  'You are the first one here: your account becomes the administrator’s, who manages the accounts of others.':
    'Dies ist das erste Konto hier: Es wird das der Verwaltung, die auch alle anderen Konten verwaltet.',
  'Accounts are made by invitation here: ask an administrator for one.':
    'Konten gibt es hier auf Einladung: am besten bei der Verwaltung nachfragen.',
  'Your session has ended: it was signed out elsewhere, had not been used for long, or the account was closed.':
    'Die Sitzung ist beendet: Sie wurde anderswo abgemeldet, lange nicht benutzt, oder das Konto wurde geschlossen.',
  'You were signed out in another tab, or this browser’s data was cleared.':
    'Die Abmeldung geschah in einem anderen Tab, oder die Daten dieses Browsers wurden gelöscht.',
  'One more step': 'Noch ein Schritt',
  'Your account asks for a code as well.': 'Dieses Konto fragt zusätzlich nach einem Code.',
  'Email or user name': 'E-Mail-Adresse oder Benutzername',
  Password: 'Passwort',
  'Forgot your password?': 'Passwort vergessen?',
  'Continue with {name}': 'Weiter mit {name}',
  or: 'oder',

  'Look into your mail': 'Die E-Mail ist unterwegs',
  'If an account has this address, a link is on its way to it. It is good for an hour.':
    'Gehört diese Adresse zu einem Konto, ist ein Link dorthin unterwegs. Er gilt eine Stunde.',
  'A new password': 'Ein neues Passwort',
  'We mail you a link by which you choose one.':
    'Per E-Mail kommt ein Link, mit dem sich eines wählen lässt.',
  Email: 'E-Mail-Adresse',
  'Send the link': 'Link senden',
  'You are invited. Choose a password, and a user name if you like; your address signs in as well.':
    'Eine Einladung zu Rendition: Es fehlen nur noch ein Passwort und, falls gewünscht, ein Benutzername. Die Anmeldung geht auch mit der E-Mail-Adresse.',
  'You are invited as {email}. Choose a password, and a user name if you like; your address signs in as well.':
    'Eine Einladung zu Rendition für {email}: Es fehlen nur noch ein Passwort und, falls gewünscht, ein Benutzername. Die Anmeldung geht auch mit der E-Mail-Adresse.',
  'User name (optional)': 'Benutzername (freiwillig)',
  'Open it from the mail once more, or ask for another one.':
    'Bitte noch einmal aus der E-Mail öffnen oder einen neuen anfordern.',
  'The link is not whole': 'Der Link ist unvollständig',
  'It was used or is too old. Ask for another one.':
    'Er wurde benutzt oder ist zu alt. Bitte um einen neuen bitten.',
  'It was used, was taken back or is too old. Sign in where your account is made already, or ask for another one.':
    'Er wurde benutzt, zurückgenommen oder ist zu alt. Gibt es das Konto schon, genügt die Anmeldung; sonst bitte um einen neuen bitten.',
  'Begin anew.': 'Bitte von vorn beginnen.',
  'You are not signed in': 'Nicht angemeldet',
  'Nothing was linked': 'Es wurde nichts verknüpft',
  'This sign-in did not begin here': 'Diese Anmeldung hat nicht hier begonnen',
  'It began in another tab or browser, or came back twice. Begin anew.':
    'Sie hat in einem anderen Tab oder Browser begonnen oder kam zweimal zurück. Bitte von vorn beginnen.',
  Linking: 'Verknüpfung läuft',
  'Signing in': 'Anmeldung läuft',
  'One moment.': 'Einen Moment.',
  'Your password is changed': 'Das Passwort ist geändert',
  'All devices were signed out. Sign in with the new one.':
    'Alle Geräte wurden abgemeldet. Ab jetzt gilt das neue Passwort.',
  'Choose a new password': 'Neues Passwort wählen',
  'All your devices are signed out with it, and API keys end.':
    'Damit werden alle Geräte abgemeldet, und API-Schlüssel enden.',
  'New password': 'Neues Passwort',
  'Change the password': 'Passwort ändern',
  'Code from your app': 'Code aus der App',
  'Recovery code': 'Wiederherstellungscode',
  'Six digits, new every half minute.': 'Sechs Ziffern, jede halbe Minute neu.',
  'One of the ten that you saved; each signs in once.': 'Einer der zehn gespeicherten; jeder gilt einmal.',
  'Use a recovery code': 'Wiederherstellungscode benutzen',
  'Use the app': 'App benutzen',
  'Start over': 'Von vorn beginnen',
  'Copy all of it, to its end, or ask whoever made it for another one.':
    'Bitte den ganzen Link kopieren, bis zum Ende, oder um einen neuen bitten.',
  'Ask for another link.': 'Bitte um einen neuen Link bitten.',
  'Sign in by a link': 'Anmelden per Link',
  'Whoever runs this installation made it for you. It is good once.':
    'Er kommt von der Verwaltung dieser Installation und gilt einmal.',

  'Current password': 'Aktuelles Passwort',
  'Sign-in from elsewhere': 'Anmeldung über andere Anbieter',
  'Whoever signs in there is signed in to this account here. Link only what is yours alone.':
    'Wer sich dort anmeldet, ist hier bei diesem Konto angemeldet. Nur verknüpfen, was niemand sonst benutzt.',
  'A provider that is not used here any more': 'Ein Anbieter, der hier nicht mehr benutzt wird',
  '{name} signs in to this account no more.': '{name} meldet nicht mehr bei diesem Konto an.',
  'not used yet': 'noch nicht benutzt',
  'last used {day}': 'zuletzt benutzt am {day}',
  Unlink: 'Verknüpfung lösen',
  'Go to {name}': 'Zu {name}',
  'Link {name}': '{name} verknüpfen',
  'Recovery codes of Rendition. Each signs in once.':
    'Wiederherstellungscodes von Rendition. Jeder gilt einmal.',
  'Your recovery codes': 'Wiederherstellungscodes',
  'Each signs in once, should you lose the phone. They are shown now and never again: keep them where you keep your passwords.':
    'Jeder gilt einmal, falls das Telefon verloren geht. Sie erscheinen nur jetzt und nie wieder: am besten bei den Passwörtern aufbewahren.',
  'Save as a file': 'Als Datei speichern',
  'I have saved them': 'Gespeichert, weiter',
  'How one signs in to this account.': 'Wie man sich an diesem Konto anmeldet.',
  'Two-step sign-in': 'Anmeldung in zwei Schritten',
  'After the password, signing in asks for a code from an app on your phone. Whoever learns the password alone does not get in. API keys go on as they are.':
    'Nach dem Passwort fragt die Anmeldung nach einem Code aus einer App auf dem Telefon. Wer nur das Passwort erfährt, kommt nicht hinein. API-Schlüssel gelten weiter wie bisher.',
  'Off: your password alone signs in.': 'Aus: Das Passwort allein genügt.',
  'Off: no code is asked for when you sign in.': 'Aus: Die Anmeldung fragt nach keinem Code.',
  'two-step sign-in|On.': 'Ein.',
  'On since {day}.': 'Ein seit {day}.',
  '{count} recovery codes are left.': {
    one: '{count} Wiederherstellungscode ist übrig.',
    other: '{count} Wiederherstellungscodes sind übrig.',
  },
  'Set up': 'Einrichten',
  'New recovery codes': 'Neue Wiederherstellungscodes',
  'Switch on': 'Einschalten',
  'Switch off': 'Ausschalten',
  'Go on': 'Weiter',
  'QR code for your authenticator app': 'QR-Code für die Authenticator-App',
  'Scan this with an authenticator app, then type the six digits that it shows. On this phone, {link}, or type the key by hand:':
    'Mit einer Authenticator-App scannen, dann die sechs Ziffern eingeben, die sie zeigt. Auf diesem Telefon {link} oder den Schlüssel von Hand eingeben:',
  'open it in the app': 'in der App öffnen',
  'Make new codes': 'Neue Codes erstellen',
  'Or a recovery code. All earlier ones are void then.':
    'Oder ein Wiederherstellungscode. Alle früheren verfallen damit.',
  'Or a recovery code.': 'Oder ein Wiederherstellungscode.',
  'Two-step sign-in is off.': 'Die Anmeldung in zwei Schritten ist aus.',
} as const satisfies Texts
