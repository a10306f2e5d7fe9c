import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Names } from '../names.ts';

/** An alarm. Its slug is a heading of `docs/runbook.md`: a test holds the two lists together. */
export interface AlarmDefinition {
  slug: string;
  /** One sentence for whom it wakes. */
  meaning: string;
  metric: IMetric;
  /** Raised when the metric reaches it. Default 1. */
  atLeast?: number;
  /** Raised when the metric stays below it; no data counts as nothing. */
  below?: number;
  /** Periods in a row. Default 1. */
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
