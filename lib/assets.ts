import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import type { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleProgram, PROGRAMS, type ProgramName } from '../core/build/bundle.ts';
import { prebuiltFolder } from '../core/build/prebuilt.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/*
 * The code to deploy: an installed package contains it prebuilt (core/build/prebuilt.ts), a clone builds it from its
 * sources. Both produce the same bytes, which local mode also runs.
 */

/** The code of a function. */
export function programCode(name: Exclude<ProgramName, 'edge-mta'>): Code {
  const prebuilt = prebuiltFolder(name);
  return prebuilt === null ? bundledCode(name) : Code.fromAsset(prebuilt);
}

/**
 * esbuild runs in this process, so Docker is never used; the image is a required property that nothing reads. The
 * folder is not read either, but CDK treats two assets with the same folder as identical.
 */
function bundledCode(name: ProgramName): Code {
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

/** The image of the edge. Docker builds it at deployment; synth only reads the files of the build context. */
export function edgeAsset(platform: Platform): ContainerImage {
  const prebuilt = prebuiltFolder('edge-mta');
  return prebuilt === null
    ? ContainerImage.fromAsset(ROOT, { file: 'edge-mta/Dockerfile', platform })
    : ContainerImage.fromAsset(prebuilt, { platform });
}
