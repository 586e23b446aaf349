// Faults of the answer that comes back through the browser: state, `iss` (RFC 9207), and what else it carries.
import type { AuthorizationFault } from './authorizationFault.ts';
import { amend, amendRedirect, answerOf, atMetadata, atRedirect } from './authorizationFault.ts';
import { html } from '../pages/markup.ts';
import { sendPage } from '../pages/page.ts';

function returned(
  name: string,
  about: string,
  source: string,
  change: (parameters: URLSearchParams, issuer: string) => void,
): AuthorizationFault {
  return {
    name,
    about,
    source,
    at: atRedirect,
    after: (ctx, { issuer }) => amendRedirect(ctx, (parameters) => change(parameters, issuer)),
  };
}

/** Does not promise `iss`, and does something with it all the same. */
function unpromised(
  name: string,
  about: string,
  change: (parameters: URLSearchParams) => void,
): AuthorizationFault {
  return {
    name,
    about,
    source: 'checklist 9.1',
    at: (ctx) => atRedirect(ctx) || atMetadata(ctx),
    after: (ctx) => {
      if (atMetadata(ctx)) amend(ctx, () => ({ authorization_response_iss_parameter_supported: undefined }));
      else amendRedirect(ctx, change);
    },
  };
}

const elsewhere = 'https://login.example';

export const redirectFaults: readonly AuthorizationFault[] = [
  returned('state-wrong', 'Sends back another state.', 'field case 23', (parameters) =>
    parameters.set('state', 'another'),
  ),
  returned('state-absent', 'Sends back no state.', 'field case 23', (parameters) =>
    parameters.delete('state'),
  ),
  returned('iss-missing', 'Promises `iss` and sends none.', 'checklist 9.1', (parameters) =>
    parameters.delete('iss'),
  ),
  returned('iss-wrong', 'Says that another server answered.', 'checklist 9.1', (parameters) =>
    parameters.set('iss', elsewhere),
  ),
  returned('iss-slash', 'Adds a slash to `iss`.', 'checklist 9.2', (parameters, issuer) =>
    parameters.set('iss', `${issuer}/`),
  ),
  returned('iss-twice', 'Sends `iss` twice.', 'checklist 9.5', (parameters, issuer) =>
    parameters.append('iss', issuer),
  ),
  returned(
    'iss-wrong-on-error',
    'Says with an error that another server answered.',
    'checklist 9.3',
    (parameters) => {
      if (parameters.has('error')) parameters.set('iss', elsewhere);
    },
  ),
  unpromised('iss-unpromised-missing', 'Promises no `iss` and sends none.', (parameters) =>
    parameters.delete('iss'),
  ),
  unpromised('iss-unpromised-wrong', 'Promises no `iss` and sends a wrong one.', (parameters) =>
    parameters.set('iss', elsewhere),
  ),
  returned('code-absent', 'Sends back neither code nor error.', 'checklist 9.5', (parameters) =>
    parameters.delete('code'),
  ),
  returned(
    'parameters-unknown',
    'Sends back parameters that nobody knows.',
    'checklist 9.5',
    (parameters) => {
      parameters.set('session_state', 'af0ifjsldkj');
      parameters.set('hd', 'example.com');
    },
  ),
  returned(
    'words-hostile',
    'Explains an error with markup, control characters and far too much.',
    'checklist 9.6',
    (parameters) => {
      if (!parameters.has('error')) return;
      parameters.set('error_description', `<b>[click](command:x)</b>\u202e\u0007${'a'.repeat(5_000)}`);
    },
  ),
  {
    name: 'callback-unreachable',
    about: 'Ends on a page that shows the callback address instead of going there.',
    source: 'field case 25',
    at: atRedirect,
    after: (ctx) => {
      const location = answerOf(ctx);
      if (!location) return;
      ctx.remove('location');
      const content = html`<p>Nothing answers there:</p>
        <p><code id="callback">${location.href}</code></p>`;
      sendPage(ctx, { status: 200, title: 'Callback', content });
    },
  },
];
