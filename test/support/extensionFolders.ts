// Lets unpacked extensions count as installed ones: VS Code loads a single extension under development, not two.
import fs from 'node:fs/promises';
import path from 'node:path';

/** Adds the folders to the list that VS Code keeps of what is installed. */
export async function listExtensionFolders(extensionsDir: string, folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return;
  await fs.mkdir(extensionsDir, { recursive: true });
  const file = path.join(extensionsDir, 'extensions.json');
  const listed = JSON.parse(await fs.readFile(file, 'utf8').catch(() => '[]')) as unknown[];
  const added = await Promise.all(folders.map(listEntry));
  await fs.writeFile(file, JSON.stringify([...listed, ...added]));
}

async function listEntry(folder: string): Promise<object> {
  const manifest = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  return {
    identifier: { id: `${manifest.publisher}.${manifest.name}` },
    version: manifest.version,
    // A `URI` as VS Code serialises it.
    location: { $mid: 1, scheme: 'file', path: folder },
    metadata: {},
  };
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}
