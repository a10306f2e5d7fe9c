import { s3ObjectLinks } from '../../../../core/aws/s3-object-links.ts';
import type { CreateRunner } from '../../runner.ts';
import { signedService } from '../../signed-service.ts';
import { DetonationHttp } from './detonation-http.ts';

export const createRunner: CreateRunner<'detonation'> = async (deps) => {
  const { detonation } = deps.settings.enrichment;
  if (detonation === null) return null;
  const service = await signedService('detonation', detonation, deps);
  return new DetonationHttp({ service, links: s3ObjectLinks(deps.s3), now: () => new Date() });
};
