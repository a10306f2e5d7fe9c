import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleProgram, PROGRAMS, type ProgramName } from '../../core/build/bundle.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * The bundle of a program: the same bytes that local mode runs, one file, hashed by its content. esbuild runs in this
 * process, so Docker is never asked; the image is a required setting that nothing reads. The folder is not read either,
 * but CDK takes two assets of one folder for the same.
 */
export function programCode(name: ProgramName): Code {
  return Code.fromAsset(resolve(ROOT, dirname(PROGRAMS[name])), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle(outdir) {
          bundleProgram(name, outdir);
          return true;
        },
      },
    },
  });
}
