import * as z from 'zod/mini';
import { inVariable, settingsCodec } from './codec.ts';

/** What Lambda, and the local runtime, tell a function themselves. Nobody else may set these variables. */
export const lambdaEnvironment = settingsCodec(
  z.object({
    /** Memory of the function, MB. */
    memoryMb: inVariable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', z.int()),
    /** Where node finds its libraries; null where they are in their usual place. */
    libraryPath: inVariable('LD_LIBRARY_PATH', z.nullable(z.string())),
  }),
);
