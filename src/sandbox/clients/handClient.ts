// A client that a person registers by hand: what the server knows of it, checked by the rules of registration and kept
// where that keeps its own.
import { randomUUID } from 'node:crypto';

import type { Adapter, ClientMetadata, Provider } from 'oidc-provider';
import { errors } from 'oidc-provider';

import { makeKey } from '../authorization/configuration.ts';
import { toLine } from '../pages/shownText.ts';

/** The longest sentence about a refused address, in characters. */
const sentenceLimit = 300;

/** How the consent page calls a client that was given no name. */
const nameless = 'Your client, registered by hand';

/** The longest name that is kept, in characters. */
export const clientNameLimit = 60;

/** A client as it is to be kept. `secret` is `undefined` for a public one. */
export interface HandClient {
  readonly id: string;
  readonly secret: string | undefined;
  readonly name: string;
  readonly redirectUris: readonly string[];
}

/** What oidc-provider's own registration uses, too; its published types leave it out. */
interface ClientModel {
  readonly adapter: Adapter;
  validate(metadata: ClientMetadata): Promise<void>;
}

/** Checks and keeps clients at one authorization server. */
export class HandClients {
  readonly #model: ClientModel;

  constructor(provider: Provider) {
    this.#model = provider.Client as typeof provider.Client & ClientModel;
  }

  /**
   * Makes one that is not yet known, or says in a sentence what is the matter with its redirect URIs.
   * @param typedName May be empty.
   */
  async draft(
    redirectUris: readonly string[],
    hasSecret: boolean,
    typedName: string,
  ): Promise<HandClient | string> {
    if (redirectUris.length === 0) return 'Type at least one redirect URI.';
    const name = toLine(typedName, clientNameLimit) || nameless;
    const client = { id: randomUUID(), secret: hasSecret ? makeKey() : undefined, name, redirectUris };
    try {
      await this.#model.validate(describe(client));
      return client;
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      return toLine(error.error_description ?? error.message, sentenceLimit);
    }
  }

  /** From now on it can sign people in. */
  async keep(client: HandClient): Promise<void> {
    await this.#model.adapter.upsert(client.id, describe(client));
  }
}

/** RFC 8252 §8.4: a native app whatever it keeps; what it registers on loopback holds for every port. */
function describe({ id, secret, name, redirectUris }: HandClient): ClientMetadata {
  return {
    client_id: id,
    client_name: name,
    application_type: 'native',
    redirect_uris: [...redirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(secret === undefined
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: secret }),
  };
}
