// The two scripts of the sandbox's pages: one asks the browser for a passkey's answer, one for a new passkey. Each
// puts the answer into a hidden field and posts the form; whether it holds is for the server to say.
import { buildScript } from '../pages/pageScript.ts';
import { passkeyAlgorithms } from './passkeyAnswer.ts';

/** Between the bytes of the browser's interface and base64url. */
const bytes = `
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
const toDescriptors = (list) => JSON.parse(list).map(({ id, transports }) => ({ type: 'public-key', id: toBytes(id), transports }));
`;

/** How both forms work: the button asks first, and the form goes when there is an answer. */
const ask = `
const form = document.getElementById('answer');
const button = document.getElementById('passkey');
const alarm = document.getElementById('passkey-alarm');
const askFirst = (field, check, request, refused) => form.addEventListener('submit', async (event) => {
  if (event.submitter !== button || field.value !== '') return;
  event.preventDefault();
  if (!check()) return;
  alarm.textContent = '';
  button.disabled = true;
  try {
    field.value = JSON.stringify(await request());
  } catch (error) {
    alarm.textContent = refused(error);
  }
  button.disabled = false;
  if (field.value === '') button.focus();
  else form.requestSubmit(button);
});
`;

/** For the consent page. */
export const passkeySignInScript = buildScript(`
if (window.PublicKeyCredential) {${bytes}${ask}
const { account, passphrase, assertion } = form.elements;
const instead = document.getElementById('with-passphrase');
document.getElementById('with-passkey').hidden = false;
const isWrong = (field) => field?.getAttribute('aria-invalid') === 'true';
if (instead) instead.open = isWrong(passphrase);
(isWrong(account) ? account : isWrong(passphrase) ? passphrase : button).focus();
passphrase?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  form.requestSubmit(document.getElementById('allow'));
});
const request = async () => {
  const { challenge, relyingParty, passkeys } = form.dataset;
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey: {
    challenge: toBytes(challenge),
    rpId: relyingParty,
    allowCredentials: toDescriptors(passkeys),
    userVerification: 'required',
    hints: ['client-device'],
  } });
  const { clientDataJSON, authenticatorData, signature } = response;
  return { id, rawId: toText(rawId), type, response: {
    clientDataJSON: toText(clientDataJSON),
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
  } };
};
askFirst(assertion, () => account.reportValidity(), request, () =>
  'The passkey gave no answer. ' + (instead ? 'Try again, or use the passphrase.' : 'Try again.'));
}`);

/** For the page of the passkeys. */
export const passkeySetUpScript = buildScript(`
if (window.PublicKeyCredential) {${bytes}${ask}
form.hidden = false;
const { name, attestation } = form.elements;
const request = async () => {
  const { challenge, relyingParty, passkeys, user } = form.dataset;
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey: {
    challenge: toBytes(challenge),
    rp: { id: relyingParty, name: 'MCP OAuth Sandbox' },
    user: { id: toBytes(user), name: 'MCP OAuth Sandbox', displayName: 'MCP OAuth Sandbox' },
    pubKeyCredParams: ${JSON.stringify(passkeyAlgorithms)}.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: toDescriptors(passkeys),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    hints: ['client-device'],
    attestation: 'none',
  } });
  return { id, rawId: toText(rawId), type, response: {
    clientDataJSON: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    authenticatorData: toText(response.getAuthenticatorData()),
    publicKey: toText(response.getPublicKey()),
    publicKeyAlgorithm: response.getPublicKeyAlgorithm(),
    transports: response.getTransports(),
  } };
};
askFirst(attestation, () => name.reportValidity(), request, (error) => error.name === 'InvalidStateError'
  ? 'This device has a passkey for the sandbox already.'
  : 'No passkey was made. Try again.');
}`);
