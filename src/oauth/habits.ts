/**
 * Authorization servers whose habits are known, as one table: what they want otherwise than the specification says, and
 * where a person registers a client with those that let in nobody unknown. Loaded with the dealings, not at start-up.
 *
 * Habits are those of the host that the issuer's own document was read from over https, and never of a name that an MCP
 * server claims. A setting of the person's beats the habit about the same thing, and `knownHabits: false` all of them.
 */
import { isHostOf } from './hostPattern.ts';

/** What is done otherwise at a server; the names stand in the log and have a sentence each in the shell. */
export type Habit =
  /** It does PKCE and does not say so (field case 18). S256 is sent all the same. */
  | 'pkce_unlisted'
  /** It refuses `resource` beside scopes, which name the resource already (field cases, Entra ID; `scopeResource.ts`). */
  | 'resource_by_scope'
  /** It gives refresh tokens to whoever asks in its own way (field case 12). */
  | 'offline_by_parameter'
  /** It gives refresh tokens without a consent, and refuses to ask for one that an administrator gave (field case 12). */
  | 'consent_not_asked'
  /** It lists many scopes and lets an MCP client have these alone (field case 11). */
  | 'scopes_limited'
  /** It calls itself otherwise than those call it who lead to it (field case 10). */
  | 'issuer_alias'
  /** Its name is written with a slash at the end or without one (field case 10). */
  | 'issuer_slash';

export interface Habits {
  readonly listsNoPkce?: boolean;
  readonly namesResourceByScope?: boolean;
  readonly needsNoConsent?: boolean;
  readonly ignoresFinalSlash?: boolean;
  /** Added to the authorization request for a refresh token. */
  readonly offlineParameters?: Readonly<Record<string, string>>;
  /** The only scopes that an MCP client is let have, where the server lists them. */
  readonly scopes?: readonly string[];
  /** How it is called by those who lead to it, and the issuer that its document says. */
  readonly aliases?: readonly (readonly [called: string, issuer: string])[];
}

/** What is good to know while a client is registered by hand. */
export type RegistrationHint =
  /** No program can register itself: a person has to. */
  | 'registers_nobody'
  /** Only programs that the vendor has approved register themselves. */
  | 'registers_approved_clients'
  /** The page gives a secret, and the server wants it. */
  | 'gives_secret'
  /** A client has one redirect URI. */
  | 'one_redirect_uri'
  /** The port of a loopback address has to be the registered one. */
  | 'exact_port'
  /** Google: the type “Desktop app”, which needs no redirect URI at all. */
  | 'choose_desktop_app'
  /** Asana: the type “MCP app”. */
  | 'choose_mcp_app'
  /** Okta, Auth0: the type “Native”. */
  | 'choose_native_app'
  /** Entra ID: the platform “Mobile and desktop applications”. */
  | 'choose_mobile_and_desktop'
  /** Nothing is given without scopes: the setting `scopes` has to name them where the server names none. */
  | 'scopes_needed'
  /** The parameter `audience` has to name the API, by the setting `authorizationParameters`. */
  | 'audience_needed'
  /** Only an administrator of the organization can register a client. */
  | 'administrator_needed';

export interface KnownService {
  readonly name: string;
  /** The https page where a person registers a client. */
  readonly registrationPage?: string;
  readonly registration?: readonly RegistrationHint[];
  readonly habits: Habits;
}

/** The service behind the first of the hosts that is known; a host with a port is none of them. */
export type FindService = (...hosts: readonly (string | undefined)[]) => KnownService | undefined;

interface Entry extends KnownService {
  /** As `hostPattern.ts` reads them. */
  readonly hosts: readonly string[];
}

const entraApplications =
  'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade';
const entraRegistration = ['registers_nobody', 'choose_mobile_and_desktop', 'scopes_needed'] as const;

const entries: readonly Entry[] = [
  {
    name: 'GitHub',
    hosts: ['github.com', 'api.githubcopilot.com'],
    registrationPage: 'https://github.com/settings/developers',
    registration: ['registers_nobody', 'gives_secret', 'one_redirect_uri'],
    habits: {},
  },
  {
    name: 'GitLab',
    hosts: ['gitlab.com'],
    registrationPage: 'https://gitlab.com/-/user_settings/applications',
    habits: { scopes: ['mcp'] },
  },
  {
    name: 'Google',
    hosts: ['accounts.google.com'],
    registrationPage: 'https://console.cloud.google.com/apis/credentials',
    registration: ['registers_nobody', 'choose_desktop_app', 'gives_secret'],
    habits: {
      ignoresFinalSlash: true,
      // A client that was let in before gets a refresh token again only where consent is asked for.
      offlineParameters: { access_type: 'offline', prompt: 'consent' },
    },
  },
  {
    name: 'Microsoft Entra ID',
    hosts: [
      'login.microsoftonline.com',
      'login.microsoftonline.us',
      'login.partner.microsoftonline.cn',
      '*.ciamlogin.com',
    ],
    registrationPage: entraApplications,
    registration: entraRegistration,
    habits: {
      listsNoPkce: true,
      namesResourceByScope: true,
      needsNoConsent: true,
      // Its documents for many organizations name none of them.
      aliases: [
        [
          'https://login.microsoftonline.com/common/v2.0',
          'https://login.microsoftonline.com/{tenantid}/v2.0',
        ],
        [
          'https://login.microsoftonline.com/organizations/v2.0',
          'https://login.microsoftonline.com/{tenantid}/v2.0',
        ],
      ],
    },
  },
  {
    // Its first version, where the resource is named as such.
    name: 'Microsoft Entra ID',
    hosts: ['sts.windows.net'],
    registrationPage: entraApplications,
    registration: entraRegistration,
    habits: { needsNoConsent: true },
  },
  {
    name: 'Amazon Cognito',
    hosts: ['cognito-idp.{region}.amazonaws.com'],
    registrationPage: 'https://console.aws.amazon.com/cognito/v2/idp/user-pools',
    registration: ['registers_nobody'],
    habits: { listsNoPkce: true },
  },
  {
    name: 'Auth0',
    hosts: ['*.auth0.com'],
    registrationPage: 'https://manage.auth0.com/',
    registration: ['choose_native_app', 'audience_needed'],
    habits: { ignoresFinalSlash: true },
  },
  {
    name: 'Okta',
    hosts: ['*.okta.com', '*.oktapreview.com', '*.okta-emea.com'],
    registrationPage: 'https://{organization}-admin.{domain}/admin/apps/active',
    registration: ['administrator_needed', 'choose_native_app', 'scopes_needed'],
    habits: {},
  },
  {
    name: 'Slack',
    hosts: ['slack.com', 'mcp.slack.com'],
    registrationPage: 'https://api.slack.com/apps',
    registration: ['registers_nobody', 'gives_secret', 'exact_port'],
    habits: { aliases: [['https://mcp.slack.com', 'https://slack.com']] },
  },
  {
    name: 'Figma',
    hosts: ['mcp.figma.com', 'api.figma.com', 'www.figma.com', 'figma.com'],
    registrationPage: 'https://www.figma.com/developers/apps',
    registration: ['registers_approved_clients', 'gives_secret'],
    habits: {},
  },
  {
    name: 'Atlassian',
    hosts: ['mcp.atlassian.com', 'cf.mcp.atlassian.com', 'auth.atlassian.com'],
    registrationPage: 'https://developer.atlassian.com/console/myapps/',
    habits: {
      aliases: [
        ['https://mcp.atlassian.com', 'https://cf.mcp.atlassian.com'],
        ['https://auth.atlassian.com/VCeDsk8ZHncYF1g234fKtc4lNipbBhu3', 'https://auth.atlassian.com'],
      ],
    },
  },
  {
    name: 'Asana',
    hosts: ['mcp.asana.com', 'app.asana.com'],
    registrationPage: 'https://app.asana.com/0/my-apps',
    registration: ['registers_nobody', 'choose_mcp_app', 'gives_secret', 'exact_port'],
    habits: {},
  },
  {
    name: 'Notion',
    hosts: ['mcp.notion.com', 'api.notion.com'],
    registrationPage: 'https://www.notion.so/profile/integrations',
    habits: {},
  },
  {
    name: 'Linear',
    hosts: ['mcp.linear.app', 'linear.app'],
    registrationPage: 'https://linear.app/settings/api/applications',
    habits: {},
  },
  {
    name: 'Supabase',
    hosts: ['mcp.supabase.com', 'api.supabase.com'],
    registrationPage: 'https://supabase.com/dashboard/org/_/apps',
    habits: {},
  },
  { name: 'Sentry', hosts: ['mcp.sentry.dev', 'sentry.io'], habits: {} },
  { name: 'Stripe', hosts: ['mcp.stripe.com', 'access.stripe.com'], habits: {} },
  {
    name: 'HubSpot',
    hosts: ['mcp.hubspot.com', 'app.hubspot.com'],
    registration: ['registers_nobody', 'gives_secret'],
    habits: {},
  },
  { name: 'Expo', hosts: ['mcp.expo.dev'], habits: { ignoresFinalSlash: true } },
  {
    name: 'JumpCloud',
    hosts: ['oauth.id.jumpcloud.com'],
    habits: { ignoresFinalSlash: true },
  },
  { name: 'Indeed', hosts: ['mcp.indeed.com', 'secure.indeed.com'], habits: { ignoresFinalSlash: true } },
  {
    name: 'Zephyr',
    hosts: ['zephyr.mcp.smartbear.com', 'app.tm4j.smartbear.com'],
    habits: {
      aliases: [['https://app.tm4j.smartbear.com', 'https://app.tm4j.smartbear.com/backend/oauthproxy']],
    },
  },
];

/** By the issuer's host first, then by the MCP server's, which says where to register and lifts nothing. */
export const knownService: FindService = (...hosts) => {
  for (const host of hosts) {
    if (host === undefined) continue;
    for (const { hosts: patterns, ...service } of entries) {
      const pattern = patterns.find((one) => isHostOf(one, host));
      if (pattern !== undefined) return withPage(service, pattern, host);
    }
  }
  return undefined;
};

/** Organizations have a page of their own at Okta, whose address begins with their name. */
function withPage(
  { registrationPage, ...service }: KnownService,
  pattern: string,
  host: string,
): KnownService {
  if (registrationPage?.includes('{organization}') !== true)
    return registrationPage === undefined ? service : { ...service, registrationPage };
  const domain = pattern.replace('*.', '');
  const organization = host.slice(0, -`.${domain}`.length);
  if (organization.includes('.')) return service;
  const page = registrationPage.replace('{organization}', organization).replace('{domain}', domain);
  return { ...service, registrationPage: page };
}
