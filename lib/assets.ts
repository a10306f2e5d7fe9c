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
 * What is deployed: an installed package brings it finished (core/build/prebuilt.ts), a clone makes it of its sources. The
 * bytes are the same, and those that local mode runs.
 */

/** The code of a function. */
export function programCode(name: Exclude<ProgramName, 'edge-mta'>): Code {
  const prebuilt = prebuiltFolder(name);
  return prebuilt === null ? bundledCode(name) : Code.fromAsset(prebuilt);
}

/**
 * esbuild runs in this process, so Docker is never asked; the image is a required setting that nothing reads. The folder
 * is not read either, but CDK takes two assets of one folder for the same.
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

/** The image of the edge. Docker builds it when it is deployed; synth reads the files of the build and runs nothing. */
export function edgeAsset(platform: Platform): ContainerImage {
  const prebuilt = prebuiltFolder('edge-mta');
  return prebuilt === null
    ? ContainerImage.fromAsset(ROOT, { file: 'edge-mta/Dockerfile', platform })
    : ContainerImage.fromAsset(prebuilt, { platform });
}
