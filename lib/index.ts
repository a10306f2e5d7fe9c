export { addPipeline } from './add-pipeline.ts';
export { MailPipeline } from './mail-pipeline.ts';
export type { MailPipelineProps } from './mail-pipeline-props.ts';
export type { ParsedMailQueue } from './parsed-mail-queue.ts';
