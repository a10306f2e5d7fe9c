import type { CreateRunner } from '../../runner.ts';
import { signedService } from '../../signed-service.ts';
import { ModelHttp } from './model-http.ts';

export const createRunner: CreateRunner<'model'> = async (deps) => {
  const { model } = deps.settings.enrichment;
  if (model === null) return null;
  return new ModelHttp({ service: await signedService('model', model, deps), costUsd: model.costUsd });
};
