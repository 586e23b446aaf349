/** What the sessions of one window share, so that none of it is there once for each server. */
import { DocumentCache } from '../oauth/documentCache.ts';
import { GrantNews } from './grantNews.ts';
import type { SessionPorts } from './ports.ts';

export interface SharedBySessions {
  readonly documents: DocumentCache;
  readonly news: GrantNews;
}

export function sharedBySessions({ clock, store }: Pick<SessionPorts, 'clock' | 'store'>): SharedBySessions {
  return { documents: new DocumentCache(clock), news: new GrantNews(store) };
}
