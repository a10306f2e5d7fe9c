import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BUNDLE_FILE, bundleFromCache } from '../../../core/build/bundle.ts';
import { prebuiltFolder } from '../../../core/build/prebuilt.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { PdfPages } from './pdf-pages.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Renders pages where no pipeline runs. In a clone, the bundle that opens documents is built for the first page
 * requested.
 */
export function ownPages(store: Pick<ObjectStore, 'get'>): PdfPages {
  let entry: Promise<URL> | null = null;
  const bundle = async () => {
    const prebuilt = prebuiltFolder('enricher');
    const file =
      prebuilt === null
        ? await bundleFromCache('enricher', join(ROOT, '.build', 'console', 'enricher'))
        : join(prebuilt, BUNDLE_FILE);
    return pathToFileURL(file);
  };
  return new PdfPages({
    entry: () => {
      entry ??= bundle();
      return entry;
    },
    drawWith: ROOT,
    store,
  });
}
