import type { PipelineConfig } from '../../core/config/schema.ts';
import { MTA_STS_REGION, stackRoles } from '../../core/config/stacks.ts';
import type { Account, StackState } from '../../core/ports/account.ts';
import { stageStack } from '../../core/settings/stage-names.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Checks every stack of the configuration and collects their outputs in `outputs`. */
export async function* checkStacks(
  config: PipelineConfig,
  account: Account,
  outputs: Record<string, string>,
): AsyncGenerator<Finding> {
  for (const role of stackRoles(config)) {
    const name = stageStack(config.stage, role);
    const region = role === 'mta-sts' ? MTA_STS_REGION : await account.region();
    const stack = await account.stack(name, region);
    Object.assign(outputs, stack?.outputs);
    yield stackFinding(name, region, stack);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html lists the states. */
function stackFinding(name: string, region: string, stack: StackState | null): Finding {
  const check = `stack ${name}`;
  if (stack === null) {
    return fail(
      check,
      `it does not exist in ${region}`,
      'run "npx cdk deploy --all", or correct --stage or AWS_REGION',
    );
  }
  const { status } = stack;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE(_CLEANUP_IN_PROGRESS)?$/.test(status)) return ok(check, status);
  const events = `"aws cloudformation describe-stack-events --stack-name ${name} --region ${region}" names the resource that failed`;
  if (status.endsWith('ROLLBACK_COMPLETE')) {
    return fail(check, `${status}: its last deployment failed and was rolled back`, `${events}; then deploy again`);
  }
  if (status.endsWith('_IN_PROGRESS')) {
    return fail(check, `${status}: a deployment is running`, 'wait until the deployment ends, then run doctor again');
  }
  return fail(check, status, `${events}; then deploy again`);
}
