import fc from 'fast-check';
const [file, name, n='2000', seed] = process.argv.slice(2);
const m = await import(file); const d = m[name];
process.on('unhandledRejection', (e)=>{console.log('UNHANDLED', e); process.exit(3)});
const t=Date.now();
const r = await fc.check(fc.asyncProperty(d.cases, async c=>{ await d.try(c); }), {numRuns:Number(n), seed: seed?Number(seed):undefined});
console.log(r.failed? JSON.stringify(r.counterexample).slice(0,1500)+'\n'+r.seed+'\n'+(r.errorInstance?.stack??r.error):'ok', Date.now()-t,'ms');
await d.close?.();
