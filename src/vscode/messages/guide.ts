/** The guide to a client that a person registers by hand (field case 7). */
import { l10n } from 'vscode';
import type { AuthError, AuthErrorCode } from '../../oauth/authError.ts';
import type { RegistrationHint } from '../../oauth/habits.ts';
import type { OAuthSettings, RedirectKind } from '../../servers/server.ts';
import { failureSentence } from './failures.ts';

const { t } = l10n;

/** What failed, for who has the way out on the same page. */
const reasons: Partial<Record<AuthErrorCode, (host: string) => string>> = {
  registration_closed: (host) =>
    t(
      '{0} does not let programs register themselves. Somebody has to register this editor there once, by hand; from then on signing in works as anywhere else.',
      host,
    ),
  registration_refused: (host) =>
    t(
      '{0} refused to register this editor. Register it there once, by hand; from then on signing in works as anywhere else.',
      host,
    ),
  client_refused: (host) =>
    t(
      '{0} does not take the client id, or the secret that belongs to it. Compare both with what stands there.',
      host,
    ),
  redirect_refused: (host) =>
    t(
      '{0} does not send the browser back to this editor. Add the redirect URI below to the client that you registered there.',
      host,
    ),
};

const redirectNames: Record<Exclude<RedirectKind, 'device'>, () => string> = {
  uriHandler: () => t('Opens this editor'),
  relay: () => t('Your relay, which leads on to this editor'),
  loopback: () => t('An address of this computer'),
  paste: () => t('An address whose answer you paste'),
};

const hints: Record<RegistrationHint, (vendor: string) => string> = {
  registers_nobody: (vendor) => t('{0} lets no program register itself: everybody does this once.', vendor),
  registers_approved_clients: (vendor) =>
    t('{0} lets only programs register themselves that it has approved.', vendor),
  gives_secret: (vendor) => t('{0} gives you a client secret as well, and wants it.', vendor),
  one_redirect_uri: (vendor) =>
    t('A client at {0} has one redirect URI, which may be called “callback URL” there.', vendor),
  exact_port: (vendor) =>
    t(
      '{0} compares the port of an address of this computer, too. To register one, set “oauth.redirectPort” first and open this page again.',
      vendor,
    ),
  choose_desktop_app: () =>
    t(
      'Choose the type “Desktop app”. It asks for no redirect URI and takes addresses of this computer alone.',
    ),
  choose_mcp_app: () => t('Choose the type “MCP app”.'),
  choose_native_app: () => t('Choose the type “Native”.'),
  choose_mobile_and_desktop: () =>
    t('Under “Authentication”, add the platform “Mobile and desktop applications” for the redirect URI.'),
  scopes_needed: (vendor) =>
    t('{0} gives nothing without scopes. Where signing in fails for that, set “oauth.scopes”.', vendor),
  audience_needed: () =>
    t('Where signing in fails for want of an “audience”, set it under “oauth.authorizationParameters”.'),
  administrator_needed: () => t('It takes an administrator of your organization.'),
};

const authMethods: Record<'automatic' | NonNullable<OAuthSettings['tokenEndpointAuthMethod']>, () => string> =
  {
    automatic: () => t('Automatic'),
    none: () => t('Not at all (public client)'),
    client_secret_basic: () => t('Secret in a header (client_secret_basic)'),
    client_secret_post: () => t('Secret in the request (client_secret_post)'),
    private_key_jwt: () => t('Signed with a private key (private_key_jwt)'),
  };

export const guideMessages = {
  pickServer: () => t('Choose the server that you want to configure a client for'),
  noServer: () => t('No MCP server can be signed in to with a client of your own.'),
  tab: (server: string) => t('Configure Client: {0}', server),
  heading: (server: string) => t('Register a client for “{0}”', server),
  neutral: () =>
    t(
      'You can sign in to this server with a client that you registered yourself: the authorization server then knows this editor by a client id of yours.',
    ),
  reason: (error: AuthError) =>
    reasons[error.code]?.(error.facts.host ?? t('The server')) ?? failureSentence(error),
  /** Above a page that has just taken the place of another. */
  moved: (host: string) =>
    t(
      'The authorization server is {0} now, and this page is about it. What you had entered is gone: it was meant for another one.',
      host,
    ),
  serverSaid: (host: string | undefined) => t('In the words of {0}:', host ?? t('the server')),

  redirectHeading: (count: number) =>
    count === 1 ? t('Copy the redirect URI') : t('Copy the redirect URIs'),
  redirectLead: (count: number) =>
    count === 1
      ? t('This is where the browser comes back to this editor. Register it exactly as it stands.')
      : t(
          'This is how the browser comes back to this editor. Register all of them, exactly as they stand. Where there is room for one, take the first and say so under “More settings” below.',
        ),
  noRedirect: () =>
    t(
      'There is none to register: the way back that this editor has here changes with each sign-in, or needs none. To have a lasting one, set “oauth.redirect” to “loopback” and “oauth.redirectPort” to a port, and open this page again.',
    ),
  redirectName: (kind: Exclude<RedirectKind, 'device'>) => redirectNames[kind](),
  anyPort: () =>
    t(
      'The address of this computer stands without a port, because any port may be used. Where the page insists on one, set “oauth.redirectPort” first and open this page again.',
    ),
  portToSet: (port: number) =>
    t(
      'Saving keeps the port {0}, which stands in the redirect URI, for this server (“oauth.redirectPort”).',
      String(port),
    ),
  copy: () => t('Copy'),
  copyOf: (uri: string) => t('Copy {0}', uri),
  copied: () => t('Copied'),

  registerHeading: (vendor: string | undefined) =>
    vendor === undefined
      ? t('Register a client with the authorization server')
      : t('Register a client at {0}', vendor),
  registerLead: (host: string) =>
    t(
      'Look for “OAuth apps”, “API clients” or “developer settings” in your account at {0}, or ask who runs the server. Where there is a choice of types, take the one for programs on a computer: “native”, “desktop” or “public client”.',
      host,
    ),
  sandbox: () => t('the sandbox'),
  sandboxLead: () =>
    t('Paste the redirect URI into its page, which needs no passphrase when you open it from here.'),
  openSandboxPage: () => t('Open Client Page'),
  openPage: (vendor: string) => t('Open {0} in Browser', vendor),
  leadsTo: (host: string) => t('Leads to {0}.', host),
  hint: (hint: RegistrationHint, vendor: string) => hints[hint](vendor),

  enterHeading: () => t('Enter what you got'),
  clientId: () => t('Client ID'),
  clientIdHint: () => t('Goes into the settings in which this server stands; it is no secret.'),
  clientSecret: () => t('Client secret'),
  optional: () => t('(if there is one)'),
  secretHint: () =>
    t('Goes into the secret storage and nowhere else. A private key (PKCS #8, PEM) can be pasted, too.'),
  secretKept: () => t('A secret is kept for this client. Leave the field empty to go on using it.'),
  show: () => t('Show'),
  hide: () => t('Hide'),
  showSecret: () => t('Show the client secret'),
  hideSecret: () => t('Hide the client secret'),
  more: () => t('More settings'),
  redirectChoice: () => t('Redirect URI that you registered'),
  allRedirects: () => t('All of them'),
  authMethod: () => t('How the client proves who it is'),
  authMethodName: (method: keyof typeof authMethods) => authMethods[method](),
  authMethodHint: () =>
    t('“Automatic” takes a way that the authorization server offers and that fits the secret.'),
  save: () => t('Save and Sign In'),

  clientIdMissing: () => t('Enter the client id.'),
  clientIdUnusable: () =>
    t('A client id has letters, digits and signs of the keyboard only. Copy it once more.'),
  keyOnly: () => t('A private key is needed for this. Paste it as PKCS #8 PEM.'),
  keyUnusable: () => t('This key cannot be used. It has to be a private key as unencrypted PKCS #8 PEM.'),
  saving: () => t('Saving…'),
  signingIn: () => t('Saved. Continue in your browser.'),
  declined: () => t('Nothing was saved.'),
  absent: () =>
    t(
      'The entry of this server does not stand in settings that can be changed from here. Nothing was saved.',
    ),
  notFollowed: () =>
    t(
      'The client id was saved, but another entry of this name is used in its place. Look at the settings of this server.',
    ),
  notSaved: (reason: string) => t('It could not be saved. {0}', reason),
  secretNotKept: () =>
    t('The client id was saved, but the secret could not be put into the secret storage of this computer.'),
  cancelled: () => t('Saved. The sign-in was cancelled.'),
  notNeeded: () => t('Saved. The server needs no sign-in just now.'),
  signInFailed: (sentence: string) => t('Saved, but signing in failed. {0}', sentence),
};
