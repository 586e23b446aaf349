/** What the guide's page may ask for, judged as it arrives, and what it is told. */
import { tokenEndpointAuthMethods } from '../../servers/server.ts';

/** Longer than any id or key that a server gives. */
const longest = 20_000;

/** Ways back of which an address can be registered. */
export const registrableKinds = ['uriHandler', 'relay', 'loopback', 'paste'] as const;

const authMethods = ['automatic', ...tokenEndpointAuthMethods] as const;
const redirectChoices = ['all', ...registrableKinds] as const;

export type GuideRequest =
  /** By its place in the list, so that nothing but what is shown can be copied. */
  | { readonly kind: 'copy'; readonly index: number }
  /** The page of the vendor. */
  | { readonly kind: 'open' }
  | SaveRequest;

export interface SaveRequest {
  readonly kind: 'save';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authMethod: (typeof authMethods)[number];
  /** The one that was registered alone. */
  readonly redirect: (typeof redirectChoices)[number];
}

/** Undefined for what is no request; members that a request does not have are left out. */
export function readGuideRequest(received: unknown): GuideRequest | undefined {
  if (typeof received !== 'object' || received === null) return undefined;
  const { kind, index, ...entered } = received as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'copy':
      return typeof index === 'number' && Number.isInteger(index) ? { kind, index } : undefined;
    case 'open':
      return { kind };
    case 'save': {
      const { clientId, clientSecret } = entered;
      const authMethod = authMethods.find((method) => method === entered['authMethod']);
      const redirect = redirectChoices.find((choice) => choice === entered['redirect']);
      return isText(clientId) && isText(clientSecret) && authMethod !== undefined && redirect !== undefined
        ? { kind, clientId, clientSecret, authMethod, redirect }
        : undefined;
    }
    default:
      return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longest;
}

/** Every text is shown as text. */
export type GuideNews =
  | { readonly kind: 'copied'; readonly index: number }
  | { readonly kind: 'working'; readonly text: string }
  | {
      readonly kind: 'problem';
      readonly field?: 'clientId' | 'clientSecret';
      readonly text: string;
    }
  /** Nothing went wrong, and the page stays. */
  | { readonly kind: 'done'; readonly text: string }
  | ({ readonly kind: 'notice' } & GuideNotice);

/** Why the guide is there. */
export interface GuideNotice {
  readonly isFailure: boolean;
  readonly sentence: string;
  /** Of the server's own, with who says so. */
  readonly quote?: { readonly from: string; readonly words: string };
}
