/** What the guide's page says while it is shown, by which its buttons are answered. */
import type { FindService, KnownService } from '../../oauth/habits.ts';
import { parseUrl } from '../../oauth/secureUrl.ts';
import type { RegistrableUri } from '../redirects.ts';

/** What has to be asked for before a page can be shown. */
export interface GuideFacts {
  readonly uris: readonly RegistrableUri[];
  readonly isSecretKept: boolean;
}

/** Whether an authorization server and the MCP server that led to it are both of a sandbox that this window has started, and that runs. */
export type IsSandbox = (issuer: string, serverUrl: string) => boolean;

export interface ShownGuide {
  /** Whom the page names; the client is entered for that one alone. */
  readonly issuer: string | undefined;
  readonly uris: readonly RegistrableUri[];
  readonly service: KnownService | undefined;
  readonly isSandbox: boolean;
}

export function shownGuide(
  { findService, isSandbox }: { findService: FindService; isSandbox: IsSandbox },
  serverUrl: string,
  issuer: string | undefined,
  { uris }: GuideFacts,
): ShownGuide {
  return {
    ...{ issuer, uris, service: findService(hostOf(issuer), new URL(serverUrl).host) },
    isSandbox: issuer !== undefined && isSandbox(issuer, serverUrl),
  };
}

/** Whether the same is to be registered at the same place. */
export function isAlike(one: ShownGuide, other: ShownGuide): boolean {
  const listOf = ({ uris, isSandbox }: ShownGuide) =>
    JSON.stringify([isSandbox, ...uris.map(({ kind, uri }) => [kind, uri])]);
  return listOf(one) === listOf(other);
}

export function hostOf(issuer: string | undefined): string | undefined {
  return issuer === undefined ? undefined : parseUrl(issuer)?.host;
}
