import * as z from 'zod/mini';
import { inVariable, settingsCodec } from './codec.ts';

/** Variables that Lambda, or the local runtime, sets for a function. Nothing else may set them. */
export const lambdaEnvironment = settingsCodec(
  z.object({
    /** Memory of the function, MB. */
    memoryMb: inVariable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', z.int()),
    /** Where node finds its libraries; null for the default location. */
    libraryPath: inVariable('LD_LIBRARY_PATH', z.nullable(z.string())),
  }),
);
