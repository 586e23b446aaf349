/** The browser of the drivers, as their `$BROWSER` names it: hands the address to the run, which answers the pages. */
const answer = await fetch(process.env['SOAK_DESK'] ?? '', {
  method: 'POST',
  body: JSON.stringify({ driver: process.env['SOAK_DRIVER'], address: process.argv[2] }),
});
process.exitCode = answer.ok ? 0 : 1;

export {};
