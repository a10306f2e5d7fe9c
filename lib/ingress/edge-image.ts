import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { ecrImage } from '../../core/config/ecr-image.ts';
import { edgeAsset } from '../assets.ts';

const ARCHITECTURES = {
  arm64: { cpu: CpuArchitecture.ARM64, platform: Platform.LINUX_ARM64 },
  x86_64: { cpu: CpuArchitecture.X86_64, platform: Platform.LINUX_AMD64 },
};

export const edgeArchitecture = (fargate: DeployableConfig['fargate']): CpuArchitecture =>
  ARCHITECTURES[fargate.architecture].cpu;

/** Built with Docker when deployed, or taken from a registry. */
export function edgeImage(scope: Construct, fargate: DeployableConfig['fargate']): ContainerImage {
  if (fargate.imageUri === null) return edgeAsset(ARCHITECTURES[fargate.architecture].platform);
  const image = ecrImage(fargate.imageUri);
  if (image === null) return ContainerImage.fromRegistry(fargate.imageUri);
  const { account, region, partition, repository: name, tagOrDigest } = image;
  const repository = Repository.fromRepositoryArn(
    scope,
    'Repository',
    `arn:${partition}:ecr:${region}:${account}:repository/${name}`,
  );
  return ContainerImage.fromEcrRepository(repository, tagOrDigest);
}
