import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { FargateIngress } from '../ingress/fargate-ingress.ts';
import type { Names } from '../names.ts';
import type { FunctionName } from '../processing/processing-stack.ts';
import { addAlarm } from './alarm.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { certificateAlarms, edgeAlarms, functionAlarms, outcomeAlarms, queueAlarms, sesAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';

export interface ObservabilityStackProps extends StackProps {
  config: DeployableConfig;
  names: Names;
  functions: readonly FunctionName[];
  /** Null with SES alone. */
  edge: FargateIngress | null;
}

/** Alarms, their topic, and the dashboard. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { config, names, functions, edge } = props;
    // The balancer has no name of ours. Its metrics must not hold it fast: `ingress` can become 'ses'.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { topic } = new AlarmTopic(this, 'Alarms', { names, email: config.alarms.email });
    const action = new SnsAction(topic);
    const alarms = [
      ...queueAlarms(config, names),
      ...functionAlarms(functions, names),
      ...outcomeAlarms(config, names),
      ...(edge === null ? [] : [...edgeAlarms(edge, config), ...certificateAlarms(config)]),
      ...(config.ingress === 'fargate' ? [] : sesAlarms(names)),
    ].map((definition) => addAlarm(this, names, definition, action));
    addDashboard(this, { config, names, functions, edge, alarms });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards:name=${names.dashboard()}`,
      description: 'The dashboard',
    });
  }
}
