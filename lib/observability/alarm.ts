import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Names } from '../names.ts';

/** An alarm. Its slug is a heading of `docs/runbook.md`; a test keeps the two in sync. */
export interface AlarmDefinition {
  slug: string;
  /** One sentence for the person on call. */
  meaning: string;
  metric: IMetric;
  /** The alarm fires when the metric reaches this value. Default 1. */
  atLeast?: number;
  /** The alarm fires when the metric stays below this value; missing data counts as 0. */
  below?: number;
  /** Consecutive periods. Default 1. */
  periods?: number;
}

export function addAlarm(scope: Construct, names: Names, definition: AlarmDefinition, action: IAlarmAction): Alarm {
  const { slug, meaning, metric, atLeast = 1, below, periods = 1 } = definition;
  const alarm = new Alarm(scope, slug, {
    alarmName: names.alarm(slug),
    alarmDescription: `${meaning} What to do: docs/runbook.md, "${slug}".`,
    metric,
    threshold: below ?? atLeast,
    comparisonOperator:
      below === undefined
        ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
  });
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}
