/** Checks of files: who may read what we keep, whose lock is whose, and what is left alone in files of others. */
import { checksIn } from './securityCheck.ts';

export const fileChecks = [
  ...checksIn(
    'src/node/clientFile.ts',
    ['clientFile'],
    [
      'the file of a client that changed meanwhile is not written',
      '    if ((await readClientFile(target)) !== before) return false;\n',
      '',
    ],
    [
      'a new file of a client is for this user alone',
      "await writeFile(draft, after, { flag: 'wx', mode: 0o600 });",
      "await writeFile(draft, after, { flag: 'wx', mode: 0o644 });",
    ],
    [
      'nobody else may read the file of a client after it was written',
      'if (before !== undefined) await chmod(draft, (await stat(target)).mode & 0o777);',
      'if (before !== undefined) await chmod(draft, 0o644);',
    ],
    [
      'a file of a client is one, and no device',
      'if (!found.isFile() || found.size > maxBytes) throw',
      'if (found.size > maxBytes) throw',
    ],
    [
      'a file that is no text is not written again',
      "new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })",
      "new TextDecoder('utf-8', { ignoreBOM: true })",
    ],
  ),
  ...checksIn(
    'src/node/folderRecords.ts',
    ['folderRecords'],
    [
      'records are of this user alone (11.2)',
      "const handle = await open(temporary, 'wx', 0o600);",
      "const handle = await open(temporary, 'wx', 0o644);",
    ],
    [
      'the folder of records is of this user alone (11.2)',
      'await mkdir(folder, { recursive: true, mode: 0o700 });',
      'await mkdir(folder, { recursive: true, mode: 0o755 });',
    ],
    ['a record is the one of its key', ' && fileOf(key) === file;', ' && fileOf(key) !== "";'],
    ['what a killed program was writing does not stay (11.2)', '    await records.sweepDrafts();\n', ''],
    [
      'what another program is writing now stays',
      'if (found !== undefined && Date.now() - found.mtimeMs > draftLifetimeMs)',
      'if (found !== undefined)',
    ],
  ),
  ...checksIn(
    'src/node/lockFile.ts',
    ['fileLock', 'fileLockTakeOver'],
    [
      'a lock is let go by who holds it (11.10)',
      "if (readFileSync(file, 'utf8') === text) unlinkSync(file);",
      "if (readFileSync(file, 'utf8') !== '') unlinkSync(file);",
    ],
    [
      'a lock of another computer is respected (field case 1)',
      '  if (host !== hostname()) return false;\n',
      '',
    ],
    [
      'a lock of a process that may not be asked is respected (field case 1)',
      "return systemCode(thrown) === 'ESRCH';",
      "return systemCode(thrown) !== '';",
    ],
    [
      'a lock that an earlier process of the same number left is taken over (field case 1)',
      'if (pid === process.pid) return !ours.has(owner);',
      'if (pid === process.pid) return owner === "";',
    ],
    [
      'a lock tells nobody else on the computer anything',
      "await writeFile(draft, text, { flag: 'wx', mode: 0o600 });",
      "await writeFile(draft, text, { flag: 'wx', mode: 0o644 });",
    ],
  ),
  ...checksIn(
    'src/node/fileLock.ts',
    ['fileLock', 'fileLockTakeOver'],
    [
      'no jump of the clock ends a lock (field case 31)',
      'return Math.min(Math.max(this.clock.now() - startedAtMs, waitMs), mostPerWaitMs);',
      'return Math.max(this.clock.now() - startedAtMs, waitMs);',
    ],
    [
      'each holder has a lease of its own (field case 1)',
      'if (found !== seen) [seen, patienceMs] = [found, 0];',
      'if (found !== seen) seen = found;',
    ],
    [
      'who was slow lets go only while nobody takes over (field case 1)',
      'const isInTime = heldMs >= 0 && heldMs < leaseMs / 2;',
      'const isInTime = heldMs >= heldMs;',
    ],
    [
      'nobody is told by a lock whom it is about',
      "return `${createHash('sha256').update(name).digest('hex')}.lock`;",
      'return `${createHash("sha256").update(name).digest("hex")}${name.replaceAll(/[^a-z]/g, "")}.lock`;',
    ],
  ),
  ...checksIn(
    'src/node/sharePlace.ts',
    ['sharePort'],
    [
      'the secret of windows is in a file of this user alone',
      "await writeFile(draft, JSON.stringify(place), { flag: 'wx', mode: 0o600 });",
      "await writeFile(draft, JSON.stringify(place), { flag: 'wx', mode: 0o644 });",
    ],
    ['a place without a secret is none', " && secret !== '';", ';'],
    [
      'a port that moved is not moved twice',
      'if (known !== undefined && known.port !== busyPort) return known;',
      'if (known !== undefined && known.port === busyPort * 2) return known;',
    ],
  ),
  ...checksIn(
    'src/servers/clientEntry.ts',
    ['clientFileEntry'],
    [
      'an entry of somebody else’s in the file of a client is not touched',
      "  if (before.addresses.has(name)) return { kind: 'taken' };\n",
      '',
    ],
    [
      'an entry in the file of a client is taken out where it leads to us',
      "  if (before.addresses.get(name) !== address) return { kind: 'unchanged' };\n",
      '',
    ],
    [
      'an edit of the file of a client changes nothing else',
      ' &&\n      after.without(name) === before.without(name)',
      '',
    ],
  ),
  ...checksIn(
    'src/servers/fileEdits.ts',
    ['fileEdits', 'fileEditProperties', 'memberEdits'],
    [
      'a file that cannot be read is left alone',
      "return faults.length > 0 ? 'unreadable' : (refusalAt(root, path) ?? root);",
      'return refusalAt(root, path) ?? root;',
    ],
    [
      'an entry whose name stands there more than once is left alone',
      "  if (found.length > 1) return { refusal: 'repeated' };\n",
      '',
    ],
    [
      'an entry that is there is not written over',
      "  if (servers !== undefined && memberNamed(servers, name) !== undefined) return { refusal: 'present' };\n",
      '',
    ],
  ),
  ...checksIn(
    'src/servers/foreignEntry.ts',
    ['snippet', 'mcpFile', 'serverSources'],
    [
      'what somebody shares names no file of the person',
      '    if (personalMembers.some((personal) => personal === name)) continue;\n',
      '',
    ],
    [
      'no variable of what somebody shares is sent for what stands behind it',
      '    if (holdsVariable(member)) continue;\n',
      '',
    ],
    [
      'no value of what somebody shares breaks out of its header',
      '    if (variablesIn(ours).length === 0 && !isHeaderValue(ours)) return undefined;\n',
      '',
    ],
    [
      'no name of what somebody shares breaks out of its header',
      ' || !isHeaderName(name)) return undefined;',
      ') return undefined;',
    ],
  ),
  ...checksIn(
    'src/servers/installLink.ts',
    ['installLink'],
    [
      'the page that an install link opens is not taken for the server',
      '  if (!isMembers(value)) return {};\n',
      '  if (!isMembers(value)) return undefined;\n',
    ],
    [
      'the page that leads to an install link is not taken for the server',
      "(new URLSearchParams(query).get('url') ?? '')) ?? {};",
      "(new URLSearchParams(query).get('url') ?? ''));",
    ],
  ),
  ...checksIn(
    'src/servers/commandSnippet.ts',
    ['commandSnippet'],
    [
      'an address that a command started here is given is not taken for the server',
      'const own = end < 0 ? words : words.slice(0, end);',
      'const own = words;',
    ],
  ),
  ...checksIn(
    'src/servers/snippet.ts',
    ['snippet'],
    [
      'what is pasted is of a bearable length',
      "  if (pasted.length > longest) return { refusal: 'too_large' };\n",
      '',
    ],
    ['what is pasted is not too deep', ' || depth > deepest) return', ') return'],
    [
      'a name that is pasted is fit to be shown',
      "return typeof name === 'string' && isServerName(name) ? name : undefined;",
      "return typeof name === 'string' ? name : undefined;",
    ],
  ),
];
