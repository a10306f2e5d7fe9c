import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleFromCache } from '../../../core/build/bundle.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { PdfPages } from './pdf-pages.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Draws pages where no pipeline runs: the bundle that opens documents is built when the first page is asked for. */
export function ownPages(store: Pick<ObjectStore, 'get'>): PdfPages {
  let entry: Promise<URL> | null = null;
  const build = async () =>
    pathToFileURL(await bundleFromCache('enricher', join(ROOT, '.build', 'console', 'enricher')));
  return new PdfPages({
    entry: () => {
      entry ??= build();
      return entry;
    },
    drawWith: ROOT,
    store,
  });
}
