import { join } from 'node:path';
import { bundleFromCache } from '../../core/build/bundle.ts';
import { EdgeProcess } from '../../local/edge-process.ts';
import { firstDenied } from '../aws/authorise.ts';
import type { DeployedEdge } from '../deployment/programs.ts';
import { ofImage, ofLog } from '../services/by-itself.ts';
import { assume, type FunctionContext } from './functions.ts';

/** Starts the edge from the bundle of its image, under its task role. Resolves when it accepts mail. */
export async function startEdge(
  context: Pick<FunctionContext, 'guard' | 'reaper' | 'closers' | 'log' | 'fault' | 'print'> & { directory: string },
  { id, image, taskRoleArn, executionRoleArn, account, logGroupArn }: DeployedEdge,
  environment: Record<string, string>,
): Promise<EdgeProcess> {
  const { guard, reaper, closers, log, print, directory } = context;
  for (const roleArn of [taskRoleArn, executionRoleArn]) assume(context, id, roleArn, 'ecs-tasks.amazonaws.com');
  const execution = { kind: 'role', arn: executionRoleArn, account } as const;
  firstDenied(guard, execution, ofImage(image));
  const edge = await EdgeProcess.start({
    file: await bundleFromCache('edge-mta', join(directory, 'edge-mta')),
    environment: () => environment,
    smtpPort: 0,
    reaper,
    print(line) {
      print('edge-mta', line);
      if (logGroupArn !== null) firstDenied(guard, execution, ofLog(logGroupArn));
    },
    log,
  });
  closers.add(() => edge.stop());
  return edge;
}
