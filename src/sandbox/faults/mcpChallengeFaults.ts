// Faults of the challenge: how the `WWW-Authenticate` header of a refusal points to the resource document, or fails to.
import type { Visit } from '../mcp/admission.ts';
import type { Challenge } from '../mcp/challenge.ts';
import { quote, withParameter } from '../mcp/challenge.ts';
import { documentPath } from '../mcp/protectedResource.ts';
import type { McpFault } from './mcpFault.ts';

const pointer = 'resource_metadata';

/** Takes the pointer to the document out of every challenge, so that a client has to guess where it is. */
export function withoutPointer(challenges: readonly Challenge[]): readonly Challenge[] {
  return challenges.map((challenge) => withParameter(challenge, pointer, undefined));
}

/** The address by another name of this computer: another origin, behind which the same server answers. */
export function foreignAddress(address: string): string {
  const url = new URL(address);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.href;
}

function pointTo(address: (url: string, visit: Visit) => string): NonNullable<McpFault['challenges']> {
  return (challenges, visit) => {
    const url = new URL(documentPath(visit.resource), visit.resource.url).href;
    return challenges.map((challenge) => withParameter(challenge, pointer, address(url, visit)));
  };
}

export const challengeFaults: readonly McpFault[] = [
  {
    name: 'challenge-missing',
    about: 'Answers 401 and 403 without a WWW-Authenticate header.',
    source: 'checklist 18',
    challengeLines: () => [],
  },
  {
    name: 'challenge-custom-document',
    about:
      'Keeps the resource document at an address of its own, which the challenge names, and at no other.',
    source: 'checklist 2.2',
    documentPaths: () => ['/documents/sandbox-notes.json'],
  },
  {
    name: 'challenge-without-document',
    about: 'Sends a Bearer challenge that does not say where the resource document is.',
    source: 'checklist 2.3',
    challenges: withoutPointer,
  },
  {
    name: 'challenge-negotiate',
    about: 'Names the scheme Negotiate before Bearer, in one line.',
    source: 'field case 21',
    challengeLines: (lines) => [['Negotiate', ...lines].join(', ')],
  },
  {
    name: 'challenge-several-headers',
    about: 'Sends one WWW-Authenticate header each for Negotiate, Basic and Bearer.',
    source: 'field case 21',
    challengeLines: (lines) => ['Negotiate', 'Basic realm="Sandbox Notes"', ...lines],
  },
  {
    name: 'challenge-duplicate-parameters',
    about: 'Names resource_metadata twice in one challenge, as Sentry does.',
    source: 'field case 21',
    challenges: (challenges) =>
      challenges.map((challenge) => ({
        ...challenge,
        parameters: challenge.parameters.flatMap((one) => (one[0] === pointer ? [one, one] : [one])),
      })),
  },
  {
    name: 'challenge-single-quotes',
    about: 'Quotes the values of a challenge with single quotes.',
    source: 'field case 21',
    writeParameter: (name, value) => `${name}='${value}'`,
  },
  {
    name: 'challenge-spaced',
    about: 'Puts spaces around the equals signs of a challenge.',
    source: 'field case 21',
    writeParameter: (name, value) => `${name} = ${quote(value)}`,
  },
  {
    name: 'challenge-unquoted',
    about: 'Leaves the quotes off every value that has no space in it, addresses included.',
    source: 'field case 21',
    writeParameter: (name, value) => `${name}=${value.includes(' ') ? quote(value) : value}`,
  },
  {
    name: 'challenge-commas',
    about: 'Begins with a quoted text that has commas and escaped quotes in it and looks like a parameter.',
    source: 'field case 21',
    challenges: (challenges) =>
      challenges.map(({ scheme, parameters }) => ({
        scheme,
        parameters: [
          ['realm', 'Notes, "all" of them, resource_metadata="https://evil.example/"'],
          ...parameters,
        ],
      })),
  },
  {
    name: 'challenge-relative',
    about: 'Names the resource document by its path alone.',
    source: 'field case 21',
    challenges: pointTo((url) => new URL(url).pathname),
  },
  {
    name: 'challenge-foreign',
    about: 'Names the resource document at another origin, where it is found.',
    source: 'field case 21',
    challenges: pointTo(foreignAddress),
  },
  {
    name: 'challenge-broken-document',
    about: 'Names an address for the resource document at which there is none; the well-known one works.',
    source: 'checklist 2.18',
    challenges: pointTo((_url, { resource }) => new URL('/documents/gone.json', resource.url).href),
  },
];
