/** What the rows of servers say, in the tree. Times are told as of a moment that is given. */
import { l10n } from 'vscode';
import type { SessionState } from '../../session/state.ts';
import { stateWords, timeOfDay } from './states.ts';

const { t } = l10n;

/** The state in a few words, with what a person may wait for. A token that is renewed by itself ends for nobody. */
export function rowWords(state: SessionState, nowMs: number): string {
  if (state.kind === 'offline') return t('offline, next try at {0}', timeOfDay(state.retryAtMs));
  if (state.kind !== 'connected' || state.renewable || state.expiresAtMs === undefined)
    return stateWords(state);
  return t(
    'connected as {0}, {1} left',
    state.account.label,
    durationWords(Math.max(0, state.expiresAtMs - nowMs)),
  );
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Rounded down, in the unit that a person would use. */
export function durationWords(ms: number): string {
  if (ms < minuteMs) return t('under 1 min');
  if (ms < 2 * hourMs) return t('{0} min', Math.floor(ms / minuteMs));
  return ms < 2 * dayMs ? t('{0} h', Math.floor(ms / hourMs)) : t('{0} days', Math.floor(ms / dayMs));
}

export const foundGroupMessages = {
  label: () => t('Found elsewhere'),
  tooltip: () =>
    t('Servers that files of other tools name. None of them is contacted until you take it over.'),
  spoken: (count: number) =>
    count === 1 ? t('Found elsewhere, one server') : t('Found elsewhere, {0} servers', count),
};

export const badgeMessages = {
  tooltip: (count: number) => (count === 1 ? t('One server needs you') : t('{0} servers need you', count)),
};
