import { Session } from '../../src/session/session.ts';
const counts = {};
const before = Session.prototype.signIn;
Session.prototype.signIn = function (...a) { return before.apply(this, a).then(r => { counts[r]=(counts[r]??0)+1; return r; }, e => { counts[e.code]=(counts[e.code]??0)+1; throw e; }); };
process.on('exit', () => console.log(counts));
process.argv.splice(2, 0);
await import('./quick.mjs');
