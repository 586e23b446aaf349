/** Reads what a person copied from the address bar of a browser that could not bring an answer back by itself. */
import { stateOf } from '../oauth/receivedAddress.ts';
import { parseUrl } from '../oauth/secureUrl.ts';

/** Where an answer passes on its way, as the attempt that it belongs to has it. */
export interface AnswerRoute {
  /** Where the editor would have seen it arrive. */
  readonly arrivalUri: string;
  /** Addresses before that at which a browser may have stopped. */
  readonly stations: readonly (string | undefined)[];
}

/**
 * The pasted address, or undefined for text that is none. One that stopped at a relay carries our state inside the
 * relay's own; it is brought to where {@link stateOf} finds it.
 */
export function readPasted(text: string): string | undefined {
  const url = parseUrl(text.trim());
  if (url === undefined) return undefined;
  const relayed = stateOf(url.href);
  const nonce = relayed === undefined ? undefined : stateInside(relayed);
  if (nonce !== undefined) url.searchParams.set('nonce', nonce);
  return url.href;
}

/** The address as it would have arrived; one from any other place stays as it is, to be refused (checklist 8.4, 8.8). */
export function asArrived(pasted: string, { arrivalUri, stations }: AnswerRoute): string {
  const arrival = parseUrl(arrivalUri);
  const url = parseUrl(pasted);
  if (url === undefined || arrival === undefined || !stations.some((station) => isSamePlace(url, station)))
    return pasted;
  arrival.search = url.search;
  return arrival.href;
}

function stateInside(relayed: string): string | undefined {
  const inner = parseUrl(relayed)?.searchParams.getAll('nonce') ?? [];
  return inner.length === 1 ? inner[0] : undefined;
}

function isSamePlace(url: URL, station: string | undefined): boolean {
  const place = station === undefined ? undefined : parseUrl(station);
  return (
    place !== undefined &&
    url.protocol === place.protocol &&
    url.host === place.host &&
    url.pathname === place.pathname
  );
}
