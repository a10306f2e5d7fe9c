import { PermanentError } from '../../core/mail/errors.ts';
import { isKnownKey } from './context-keys.ts';
import { type Context, checkPattern, matches, matchesArn } from './pattern.ts';

type Compare = (wanted: string, given: string, context: Context) => boolean;

const number =
  (compare: (given: number, wanted: number) => boolean): Compare =>
  (wanted, given) =>
    compare(Number(given), Number(wanted));

/** Operators that hold when one of the values matches (IAM: "Condition operators"). */
const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: (wanted, given, context) => matches(wanted.replace(/(?<!\$\{)[*?]/g, '$${$&}'), given, context),
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: matches,
  // Both accept wildcards.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  NumericEquals: number((given, wanted) => given === wanted),
  NumericLessThan: number((given, wanted) => given < wanted),
  NumericLessThanEquals: number((given, wanted) => given <= wanted),
  NumericGreaterThan: number((given, wanted) => given > wanted),
  NumericGreaterThanEquals: number((given, wanted) => given >= wanted),
};

/** Each holds where its opposite does not, including requests without the key. */
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

const IF_EXISTS = 'IfExists';

type Keys = Readonly<Record<string, readonly string[]>>;

/** @throws PermanentError `policy.unknown` for an unsupported operator, key or variable */
export function checkCondition(label: string, operator: string, keys: Keys): void {
  const name = operator.endsWith(IF_EXISTS) ? operator.slice(0, -IF_EXISTS.length) : operator;
  if (name !== 'Null' && OPERATORS[NEGATIONS[name] ?? name] === undefined) {
    throw new PermanentError(
      'policy.unknown',
      `${label}: the evaluator does not support the condition operator ${operator}`,
    );
  }
  for (const [key, wanted] of Object.entries(keys)) {
    if (!isKnownKey(key)) {
      throw new PermanentError('policy.unknown', `${label}: the evaluator does not support the condition key ${key}`);
    }
    for (const each of wanted) checkPattern(label, each);
  }
}

/** All operators and keys must hold, each for at least one of its values. */
export function holds(condition: Readonly<Record<string, Keys>>, context: Context): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holdsFor(operator, context.get(key.toLowerCase()), wanted, context)),
  );
}

function holdsFor(operator: string, given: string | undefined, wanted: readonly string[], context: Context): boolean {
  if (operator === 'Null') return wanted.some((each) => (each.toLowerCase() === 'true') === (given === undefined));
  if (operator.endsWith(IF_EXISTS)) {
    return given === undefined || holdsFor(operator.slice(0, -IF_EXISTS.length), given, wanted, context);
  }
  const opposite = NEGATIONS[operator];
  if (opposite !== undefined) return !holdsFor(opposite, given, wanted, context);
  const compare = OPERATORS[operator];
  return given !== undefined && compare !== undefined && wanted.some((each) => compare(each, given, context));
}
