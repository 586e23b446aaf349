/** What the guide's page does: it posts what a person asks for, and shows as text what it is told. */

export const guideScript = `
const at = (id) => document.getElementById(id);
const clientId = at('client-id');
const clientSecret = at('client-secret');
const save = at('save');
const outcome = at('outcome');
const problems = { clientId: [clientId, at('client-id-problem')], clientSecret: [clientSecret, at('client-secret-problem')] };

const setProblem = (name, text) => {
  const [field, problem] = problems[name];
  problem.textContent = text;
  field.setAttribute('aria-invalid', String(text !== ''));
};
const setOutcome = (text, isFailure, isBusy) => {
  outcome.classList.toggle('failed', isFailure);
  outcome.textContent = text;
  save.setAttribute('aria-disabled', String(isBusy));
  if (text !== '') outcome.scrollIntoView({ block: 'nearest' });
};

for (const button of document.querySelectorAll('[data-copy]'))
  button.addEventListener('click', () => ask({ kind: 'copy', index: Number(button.dataset.copy) }));
at('open')?.addEventListener('click', () => ask({ kind: 'open' }));

const show = at('show');
show.addEventListener('click', () => {
  const isShown = clientSecret.type === 'password';
  clientSecret.type = isShown ? 'text' : 'password';
  const { hide, hideLabel, show: reveal, showLabel } = show.dataset;
  show.textContent = isShown ? hide : reveal;
  show.setAttribute('aria-label', isShown ? hideLabel : showLabel);
});

const noteKept = () => {
  const { kept } = clientId.dataset;
  const note = at('secret-kept');
  note.textContent = kept !== '' && kept === clientId.value.trim() ? note.dataset.words : '';
};
noteKept();
clientId.addEventListener('input', () => {
  setProblem('clientId', '');
  noteKept();
});
clientSecret.addEventListener('input', () => setProblem('clientSecret', ''));

at('client').addEventListener('submit', (event) => {
  event.preventDefault();
  if (save.getAttribute('aria-disabled') === 'true') return;
  for (const name of Object.keys(problems)) setProblem(name, '');
  setOutcome('', false, true);
  ask({
    kind: 'save',
    clientId: clientId.value,
    clientSecret: clientSecret.value,
    authMethod: at('auth-method').value,
    redirect: at('redirect')?.value ?? 'all',
  });
});

const noteCopied = (index) => {
  const button = document.querySelector('[data-copy="' + Number(index) + '"]');
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.textContent = button.dataset.copied;
  at('copied').textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; at('copied').textContent = ''; }, 2500);
};
// The editor scrolls a page to where the one before it was; what has become of that stands at the top.
const moved = at('moved');
const toTop = { once: true, signal: AbortSignal.timeout(1000) };
if (moved !== null) window.addEventListener('scroll', () => moved.scrollIntoView(), toTop);
const showNotice = ({ isFailure, sentence, quote }) => {
  at('notice').classList.toggle('calm', !isFailure);
  at('notice-sentence').textContent = sentence;
  at('notice-from').textContent = quote?.from ?? '';
  at('notice-words').textContent = quote?.words ?? '';
  at('notice-from').hidden = at('notice-words').hidden = quote === undefined;
};

window.addEventListener('message', ({ data }) => {
  switch (data.kind) {
    case 'copied': return noteCopied(data.index);
    case 'notice': return showNotice(data);
    case 'working': return setOutcome(data.text, false, true);
    case 'done': return setOutcome(data.text, false, false);
    case 'problem':
      if (data.field === undefined) return setOutcome(data.text, true, false);
      setOutcome('', false, false);
      setProblem(data.field, data.text);
      problems[data.field][0].focus();
  }
});
`;
