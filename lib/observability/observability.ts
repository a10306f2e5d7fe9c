import { CfnOutput, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { FargateIngress } from '../ingress/fargate-ingress.ts';
import type { Names } from '../names.ts';
import type { FunctionName } from '../processing/processing.ts';
import { type AlarmDefinition, addAlarm } from './alarm.ts';
import { AlarmTopic } from './alarm-topic.ts';
import {
  canaryAlarms,
  certificateAlarms,
  edgeAlarms,
  functionAlarms,
  isEarly,
  outcomeAlarms,
  queueAlarms,
  sesAlarms,
} from './alarms.ts';
import { addDashboard } from './dashboard.ts';

export interface ObservabilityProps {
  config: DeployableConfig;
  names: Names;
  functions: readonly FunctionName[];
  /** Null when only SES receives mail. */
  edge: FargateIngress | null;
  /** Replaces the pipeline's own topic. */
  topic?: ITopic | null;
}

/** Alarms, their topic, and the dashboard. */
export class Observability extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { config, names, functions, edge } = props;
    this.topic = props.topic ?? new AlarmTopic(this, 'Alarms', { names, email: config.alarms.email }).topic;
    const action = new SnsAction(this.topic);
    const add = (definition: AlarmDefinition) => addAlarm(this, names, definition, action);
    const wanted = ({ slug }: AlarmDefinition) => config.profile !== 'frugal' || !isEarly(slug);
    const general = [
      ...queueAlarms(config, names),
      ...functionAlarms(functions, names),
      ...outcomeAlarms(config, names),
    ];
    const alarms = general.filter(wanted).map(add);
    if (edge !== null) {
      const definitions = [...edgeAlarms(edge, config), ...certificateAlarms(config), ...canaryAlarms(config)];
      const ofEdge = definitions.filter(wanted).map(add);
      // The load balancer exists minutes before its first task; until then an alarm would report the edge as down.
      for (const alarm of ofEdge) alarm.node.addDependency(edge.service);
      alarms.push(...ofEdge);
    }
    if (config.ingress !== 'fargate') alarms.push(...sesAlarms(names).map(add));
    addDashboard(this, { config, names, functions, edge, alarms });
    const { region } = Stack.of(this);
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${names.dashboard()}`,
      description: 'The dashboard',
    });
  }
}
