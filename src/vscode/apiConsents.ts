/**
 * Which extensions the person lets use which sign-ins: their answers, kept for all workspaces. An answer is for one
 * extension and one server under one name and address; an edited server is another one.
 */
import type { Memento } from 'vscode';
import type { Server } from '../servers/server.ts';
import { Listeners } from '../session/listeners.ts';
import type { Unsubscribe } from '../session/ports.ts';

/** An extension as the person knows it. */
export interface Asker {
  /** `publisher.name`, in lower case. */
  readonly id: string;
  readonly name: string;
}

export interface Consent {
  readonly asker: Asker;
  readonly server: Pick<Server, 'name' | 'url'>;
  /** Of the server, to be shown. */
  readonly address: string;
  readonly allowed: boolean;
}

const prefix = 'extensionAccess:';

export class ExtensionConsents {
  private readonly state: Pick<Memento, 'get' | 'update' | 'keys'>;
  private readonly listeners = new Listeners<undefined>();

  constructor(state: Pick<Memento, 'get' | 'update' | 'keys'>) {
    this.state = state;
  }

  /** All answers, by extension and server. */
  get all(): readonly Consent[] {
    return this.state
      .keys()
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => this.read(key) ?? [])
      .sort((one, other) => orderOf(one).localeCompare(orderOf(other)));
  }

  /** Undefined where the person has not been asked. */
  answerFor(askerId: string, server: Consent['server']): boolean | undefined {
    return this.read(keyOf(askerId, server))?.allowed;
  }

  async keep({ asker, server, address, allowed }: Consent): Promise<void> {
    await this.state.update(keyOf(asker.id, server), { name: asker.name, address, allowed });
    this.listeners.tell(undefined);
  }

  /** The person gave an answer, or changed one. */
  onDidChange(listener: () => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  private read(key: string): Consent | undefined {
    const kept = this.state.get<Partial<Record<string, unknown>> | null>(key);
    if (typeof kept !== 'object' || typeof kept?.['allowed'] !== 'boolean') return undefined;
    const [id = '', name = '', url = ''] = JSON.parse(key.slice(prefix.length)) as readonly string[];
    const textOf = (member: string, instead: string) => {
      const text = kept[member];
      return typeof text === 'string' ? text : instead;
    };
    return {
      asker: { id, name: textOf('name', id) },
      server: { name, url },
      address: textOf('address', url),
      allowed: kept['allowed'],
    };
  }
}

function keyOf(askerId: string, { name, url }: Consent['server']): string {
  return prefix + JSON.stringify([askerId, name, url]);
}

function orderOf({ asker, server }: Consent): string {
  return `${asker.name} ${server.name}`;
}
