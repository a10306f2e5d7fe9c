import { CfnOutput, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { FargateIngress } from '../ingress/fargate-ingress.ts';
import type { Names } from '../names.ts';
import type { FunctionName } from '../processing/processing.ts';
import { addAlarm } from './alarm.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { certificateAlarms, edgeAlarms, functionAlarms, outcomeAlarms, queueAlarms, sesAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';

export interface ObservabilityProps {
  config: DeployableConfig;
  names: Names;
  functions: readonly FunctionName[];
  /** Null with SES alone. */
  edge: FargateIngress | null;
}

/** Alarms, their topic, and the dashboard. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { config, names, functions, edge } = props;
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
    const { region } = Stack.of(this);
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${names.dashboard()}`,
      description: 'The dashboard',
    });
  }
}
