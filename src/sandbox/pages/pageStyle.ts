// The look of the sandbox's pages, allowed in the content security policy by its hash.
import { createHash } from 'node:crypto';

/** The style sheet, as it stands between `<style>` and `</style>`. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #eef1f6; --card: #fff; --text: #1b2230; --quiet: #586174; --line: #d9dee8; --field: #8a93a6;
  --accent: #0b62d6; --accent-strong: #084fae; --on-accent: #fff; --tint: #f3f6fb; --alarm: #b3261e;
  --shadow: 0 1px 2px rgb(20 30 60 / 8%), 0 12px 32px rgb(20 30 60 / 10%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171d; --card: #1e222b; --text: #e8ebf2; --quiet: #a3adbf; --line: #333a48; --field: #6f7a8f;
    --accent: #7ab3ff; --accent-strong: #a1caff; --on-accent: #0b1a30; --tint: #252b36; --alarm: #ff9d94;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 32px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 24px 16px; display: grid; place-content: center;
  grid-template-columns: minmax(0, 28rem); background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 32px; box-shadow: var(--shadow); }
.place { display: flex; align-items: center; gap: 8px; margin: 0 0 20px; color: var(--quiet); font-size: .875rem; font-weight: 600; }
.place svg { width: 28px; height: 28px; flex: none; }
h1 { margin: 0 0 8px; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
h2 { margin: 20px 0 6px; font-size: .875rem; font-weight: 600; }
p { margin: 0; }
strong, dd, .code { unicode-bidi: isolate; }
.lead { overflow-wrap: anywhere; }
.facts { margin: 16px 0 0; padding: 12px 16px; background: var(--tint); border-radius: 10px; font-size: .875rem; }
.facts div { display: flex; gap: 16px; }
.facts div + div { margin-top: 6px; }
.facts dt { flex: 0 0 5.5rem; color: var(--quiet); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
ul:not(.rows) li { position: relative; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; padding: 3px 0 3px 26px; font-size: .9375rem; }
ul:not(.rows) li::before { content: ""; position: absolute; left: 4px; top: 7px; width: 6px; height: 11px; border: solid var(--accent); border-width: 0 2px 2px 0; transform: rotate(42deg); }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--quiet); overflow-wrap: anywhere; }
li code { align-self: center; }
.rows li { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 8px 0; overflow-wrap: anywhere; }
.rows li + li { border-top: 1px solid var(--line); }
.rows form { margin: 0; flex: none; }
.rows time { display: block; color: var(--quiet); font-size: .8125rem; }
.steps { margin: 0; padding-left: 20px; font-size: .9375rem; }
.steps li + li { margin-top: 4px; }
form { margin: 20px 0 0; }
label { display: block; margin-bottom: 6px; font-size: .875rem; font-weight: 600; }
.hint + label, #by-passphrase { margin-top: 16px; }
label small { color: var(--quiet); font-size: 1em; font-weight: 400; }
.hint + .choice { display: flex; align-items: center; gap: 8px; margin-bottom: 0; }
.choice input { width: 18px; height: 18px; margin: 0; flex: none; accent-color: var(--accent); }
.copied { display: flex; align-items: center; gap: 8px; }
.copied + label { margin-top: 16px; }
.copied input[type="text"] { min-width: 0; padding: 10px 6px; font: .75rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: -.04em; }
.copied button { flex: none; padding: 8px 12px; font-size: .875rem; }
.said { min-height: 1.5em; }
.lead label { margin: 0; font: inherit; }
:is(textarea, input:is([type="text"], [type="password"])) { width: 100%; padding: 10px 12px; border: 1px solid var(--field); border-radius: 8px; background: var(--card); color: inherit; font: inherit; }
textarea { display: block; min-height: 5rem; resize: vertical; overflow-wrap: anywhere; }
textarea[name] { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: -.02em; }
[aria-invalid="true"] { border-color: var(--alarm); }
.hint { margin-top: 6px; color: var(--quiet); font-size: .8125rem; }
.alarm { margin-top: 6px; color: var(--alarm); font-size: .875rem; }
.alarm:empty { display: none; }
.notice { margin-top: 20px; padding: 12px 16px; background: var(--tint); border-radius: 10px; font-size: .875rem; overflow-wrap: anywhere; }
.code { margin: 16px 0 0; padding: 12px; background: var(--tint); border-radius: 10px; text-align: center; font: 600 1.75rem/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: .08em; }
#user-code { text-transform: uppercase; }
details { margin-top: 16px; }
summary { width: fit-content; color: var(--accent); font-size: .875rem; font-weight: 600; cursor: pointer; border-radius: 4px; }
details[open] > summary { margin-bottom: 12px; }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 20px; }
button { flex: 1 1 8rem; min-height: 44px; padding: 10px 16px; border: 1px solid var(--field); border-radius: 8px; background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button:hover { background: var(--tint); }
button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button.primary:hover { background: var(--accent-strong); }
button:disabled { opacity: .6; cursor: progress; }
button.quiet { flex: none; min-height: 32px; padding: 4px 8px; border-color: transparent; color: var(--quiet); font-size: .875rem; font-weight: 400; }
button.quiet:hover { color: var(--text); }
.aside { margin-top: 12px; text-align: center; }
a { color: var(--accent); text-underline-offset: 2px; border-radius: 4px; }
[hidden] { display: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.foot { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--quiet); font-size: .8125rem; }
@media (max-width: 26rem) { main { padding: 24px 20px; border-radius: 12px; } .facts div { display: block; } li code { flex-basis: 100%; } }
@media (forced-colors: active) { button.primary { border: 2px solid ButtonText; } .facts { border: 1px solid CanvasText; } }
`;

/** What a content security policy says to allow exactly this style sheet. */
export const pageStyleSource = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`;
