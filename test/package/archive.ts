/** The vsix as the zip archive that it is, written so that the same files make the same bytes wherever and whenever. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import JSZip from 'jszip';

/** What zip files can say at the earliest, unless the builder's environment says when the source is from. */
const earliestSeconds = Date.UTC(1980, 0, 1) / 1000;

export interface ArchivedFile {
  readonly content: Buffer;
  readonly writtenAtMs: number;
  /** As Unix has it, with the type of the file. */
  readonly mode: number;
}

/** In the order of the archive. */
export async function readArchive(file: string): Promise<ReadonlyMap<string, ArchivedFile>> {
  const archive = await JSZip.loadAsync(await readFile(file));
  const entries = Object.values(archive.files).map(async (entry): Promise<[string, ArchivedFile]> => {
    const content = await entry.async('nodebuffer');
    return [entry.name, { content, writtenAtMs: entry.date.getTime(), mode: Number(entry.unixPermissions) }];
  });
  return new Map(await Promise.all(entries));
}

/** Puts the files in order, and takes out of the archive when, by whom and with which rights they were written. */
export async function makeReproducible(file: string): Promise<void> {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? earliestSeconds);
  const files = await readArchive(file);
  const archive = new JSZip();
  for (const name of [...files.keys()].sort()) {
    archive.file(name, files.get(name)?.content ?? '', {
      date: new Date(seconds * 1000),
      unixPermissions: 0o100644,
      createFolders: false,
    });
  }
  const options = { compression: 'DEFLATE', compressionOptions: { level: 9 }, platform: 'UNIX' } as const;
  await writeFile(file, await archive.generateAsync({ type: 'nodebuffer', ...options }));
}

export async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
