import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleProgram, PROGRAM_NAMES } from '../core/build/bundle.ts';
import { consoleAssets } from '../local/console/assets.ts';

const DIST = 'dist';
const BUNDLES = join(DIST, 'bundles');

/**
 * Completes the package after `tsc -p tsconfig.build.json` has compiled into `dist`: adds files that are already
 * JavaScript, and the bundles of the programs. Run by `npm run build` in the root of the project.
 */
copyScripts();
for (const name of PROGRAM_NAMES) bundleProgram(name, join(BUNDLES, name));
// The feature flags every synth is tested with; `init` writes them.
cpSync('cdk.json', join(DIST, 'cdk.json'));
cpSync('edge-mta/prebuilt.Dockerfile', join(BUNDLES, 'edge-mta/Dockerfile'));
const { script, style } = await consoleAssets();
mkdirSync(join(BUNDLES, 'console'));
writeFileSync(join(BUNDLES, 'console/console.js'), script);
writeFileSync(join(BUNDLES, 'console/console.css'), style);

/** Copies the `.mjs` files next to compiled sources. */
function copyScripts(): void {
  const compiled = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const folders = new Set(compiled.map((file) => dirname(file)));
  for (const folder of folders) {
    if (!existsSync(folder)) throw new Error(`${relative('.', join(DIST, folder))} has no source folder`);
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.mjs')) cpSync(join(folder, file), join(DIST, folder, file));
    }
  }
}
