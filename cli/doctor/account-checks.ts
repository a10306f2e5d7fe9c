import { mostConcurrency, parserConcurrency } from '../../core/config/concurrency.ts';
import { PRODUCT } from '../../core/settings/stage-names.ts';
import type { Deployed } from './deployed.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

export async function* checkConcurrency({ config, account }: Deployed): AsyncGenerator<Finding> {
  const check = 'concurrency of functions';
  const [most, parsers, allowed] = [mostConcurrency(config), parserConcurrency(config), await account.concurrency()];
  const { maxConcurrency, provisionedPollers } = config.parser;
  // Without a limit of its own the parser gets what the other functions leave.
  const isOpen = maxConcurrency === null && provisionedPollers === null;
  const others = most - parsers;
  const text = isOpen
    ? `the account allows ${allowed} concurrent executions; the functions other than the parser use up to ${others}`
    : `the account allows ${allowed} concurrent executions; this configuration uses up to ${most}`;
  if (isOpen ? others < allowed : most <= allowed) {
    yield ok(check, text);
    return;
  }
  const setting = isOpen
    ? ''
    : `, or lower parser.${maxConcurrency === null ? 'provisionedPollers' : 'maxConcurrency'}`;
  yield fail(
    check,
    `${text}. At peaks mails wait longer, but none is lost`,
    `request a higher Lambda quota "Concurrent executions" (Service Quotas)${setting}`,
  );
}

export async function* checkAlarms({ config, account, outputs }: Deployed): AsyncGenerator<Finding> {
  const check = 'subscription of alarms';
  const topic = outputs['AlarmTopicArn'];
  if (topic === undefined) {
    yield skip(check, 'cannot tell the topic: the stack observability has no outputs');
    return;
  }
  const subscriptions = await account.subscriptions(topic);
  const { email } = config.alarms;
  const configured = subscriptions.find(({ endpoint }) => endpoint === email);
  const confirmed = subscriptions
    .filter((each) => each.confirmed)
    .map(({ protocol, endpoint }) => `${protocol} ${endpoint}`);
  if (configured?.confirmed === false) {
    yield fail(
      check,
      `${email} has not confirmed the subscription and receives no alarms`,
      'follow the link in the mail from AWS Notifications; deploy observability again if it is older than two days',
    );
  } else if (confirmed.length === 0) {
    yield fail(
      check,
      'nobody is notified of alarms',
      subscriptions.length > 0
        ? 'confirm a subscription to the topic'
        : `set alarms.email, or run "aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint ADDRESS"`,
    );
  } else {
    yield ok(check, confirmed.join(', '));
  }
}

/** SES uses one receipt rule set per account and region: the active one. */
export async function* checkReceiptRules({ config, account }: Deployed): AsyncGenerator<Finding> {
  if (config.ingress === 'fargate') return;
  const check = 'active rule set of SES';
  const rule = `${PRODUCT}-${config.stage}`;
  const wanted = config.ses.ruleSet ?? rule;
  const active = await account.activeReceiptRules();
  if (active?.name !== wanted) {
    const what = active === null ? 'no rule set is active' : `${active.name} is active, not ${wanted}`;
    yield fail(
      check,
      `${what}: SES receives no mail for this pipeline`,
      `run "aws ses set-active-receipt-rule-set --rule-set-name ${wanted}", or set ses.ruleSet to the active one`,
    );
  } else if (!active.enabled.includes(rule)) {
    yield fail(check, `${wanted} has no enabled rule ${rule}`, 'deploy the stack ingress again');
  } else {
    yield ok(check, wanted);
  }
}
