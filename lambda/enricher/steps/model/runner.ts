import type { CreateRunner } from '../../runner.ts';
import { signedService } from '../../signed-service.ts';
import { ModelHttp } from './model-http.ts';

export const createRunner: CreateRunner<'model'> = async (world) => {
  const { model } = world.settings.enrichment;
  if (model === null) return null;
  return new ModelHttp({ service: await signedService('model', model, world), costUsd: model.costUsd });
};
