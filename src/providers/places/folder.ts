/** A folder that another host serves: a mounted disk, or what a synchronising program carries over. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FallbackError } from '../../fallback/fallback.ts';
import { readBack } from './read-back.ts';

export const folderPut =
  (folder: string, publicUrl: string) =>
  async (file: { name: string; content: string }): Promise<void> => {
    try {
      await mkdir(folder, { recursive: true });
      const draft = path.join(folder, `.${file.name}.part`);
      await writeFile(draft, file.content);
      await rename(draft, path.join(folder, file.name)); // whole or not at all
    } catch (cause) {
      throw new FallbackError(String((cause as NodeJS.ErrnoException).code ?? 'broken').toLowerCase(), { cause });
    }
    await readBack(`${publicUrl}/${file.name}`, file.content);
  };
