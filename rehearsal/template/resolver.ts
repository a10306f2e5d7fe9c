import { PermanentError } from '../../core/mail/errors.ts';
import type { Assembly, Resource, Stack } from './assembly.ts';
import { attributeOf, type Named, type Place, referenceOf } from './physical.ts';

/** Omitted from the list or object that contains it. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Resolves intrinsic functions as CloudFormation would, with deterministic names instead of generated ones. Every
 * method throws PermanentError `template.unknown`, which names the stack and the resource, for anything not modelled.
 */
export class Resolver {
  readonly #assembly: Assembly;
  readonly #place: Place;
  readonly #exports = new Map<string, { stack: Stack; value: unknown }>();

  /** @param place default for stacks that do not specify account and region */
  constructor(assembly: Assembly, place: Place) {
    this.#assembly = assembly;
    this.#place = place;
    for (const stack of assembly.stacks) {
      for (const [id, { Value, Export }] of Object.entries(stack.Outputs)) {
        if (Export === undefined) continue;
        this.#exports.set(String(this.value(stack, id, Export.Name)), { stack, value: Value });
      }
    }
  }

  placeOf({ account, region }: Stack): Place {
    return { ...this.#place, account: account ?? this.#place.account, region: region ?? this.#place.region };
  }

  /** Every resource that exists in the deployment. @param wanted the properties to resolve, by full type name */
  *resources(wanted: ReadonlyMap<string, readonly string[]>): Generator<ResolvedResource> {
    for (const stack of this.#assembly.stacks) {
      for (const [id, resource] of Object.entries(stack.Resources)) {
        const names = wanted.get(resource.Type);
        if (names === undefined || !this.#exists(stack, resource)) continue;
        const properties = Object.entries(resource.Properties).filter(([name]) => names.includes(name));
        yield { id, stack, type: resource.Type, properties: this.value(stack, id, Object.fromEntries(properties)) };
      }
    }
  }

  /** @param where name of the resource or output in errors */
  value(stack: Stack, where: string, value: unknown): unknown {
    const resolved = this.#resolve(stack, where, value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  #exists(stack: Stack, { Condition }: Resource): boolean {
    return Condition === undefined || this.#condition(stack, Condition);
  }

  #resolve(stack: Stack, where: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((each) => this.#resolve(stack, where, each)).filter((each) => each !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', null]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.#call(stack, where, name, argument);
    }
    const resolved = entries.map(([key, member]) => [key, this.#resolve(stack, where, member)] as const);
    return Object.fromEntries(resolved.filter(([, member]) => member !== NO_VALUE));
  }

  #call(stack: Stack, where: string, name: string, argument: unknown): unknown {
    const resolve = (value: unknown) => this.#resolve(stack, where, value);
    const wrong = (reason: string) => unknown(stack, where, `${name}: ${reason}`);
    const list = (value: unknown): unknown[] => {
      if (Array.isArray(value)) return value;
      throw wrong('this is not a list');
    };
    switch (name) {
      case 'Ref':
        return this.#reference(stack, where, String(argument));
      case 'Fn::GetAtt': {
        const [id = '', ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
        return this.#attribute(stack, where, id, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = list(argument);
        return list(resolve(parts)).map(String).join(String(separator));
      }
      case 'Fn::Sub': {
        const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument);
        return this.#substitute(stack, where, String(template), Object(resolve(variables)));
      }
      case 'Fn::Select': {
        const [index, values] = list(argument);
        return list(resolve(values))[Number(resolve(index))] ?? wrongIndex(wrong, index);
      }
      case 'Fn::Split': {
        const [separator, text] = list(argument);
        return String(resolve(text)).split(String(separator));
      }
      case 'Fn::If': {
        const [condition, yes, no] = list(argument);
        return resolve(this.#condition(stack, String(condition)) ? yes : no);
      }
      case 'Fn::FindInMap': {
        const [map = '', first = '', second = ''] = list(resolve(argument)).map(String);
        const found = stack.Mappings[map]?.[first]?.[second];
        if (found === undefined) throw wrong(`there is no ${map}.${first}.${second}`);
        return found;
      }
      case 'Fn::Base64':
        return Buffer.from(String(resolve(argument))).toString('base64');
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => this.placeOf(stack).region + zone);
      case 'Fn::ImportValue': {
        const found = this.#exports.get(String(resolve(argument)));
        if (found === undefined) throw wrong(`no stack exports ${String(resolve(argument))}`);
        return this.#resolve(found.stack, where, found.value);
      }
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = Object(resolve(argument));
        const other = this.#assembly.stacks.find(({ name }) => name === StackName);
        const output = other?.Outputs[String(OutputName)];
        if (other === undefined || output === undefined)
          throw wrong(`there is no output ${OutputName} of ${StackName}`);
        return this.#resolve(other, where, output.Value);
      }
      default:
        throw unknown(stack, where, `the rehearsal does not model the intrinsic function ${name}`);
    }
  }

  #reference(stack: Stack, where: string, id: string): unknown {
    if (id === 'AWS::NoValue') return NO_VALUE;
    const place = this.placeOf(stack);
    const pseudo = { ...PSEUDO(place), 'AWS::StackName': stack.name }[id];
    if (pseudo !== undefined) return pseudo;
    const parameter = stack.Parameters[id];
    if (parameter !== undefined) return parameter.Default;
    return this.#of(stack, where, id, (resource) => referenceOf(resource, place));
  }

  #attribute(stack: Stack, where: string, id: string, attribute: string): string {
    return this.#of(stack, where, id, (resource) => attributeOf(resource, attribute, this.placeOf(stack)));
  }

  #of(stack: Stack, where: string, id: string, read: (resource: Named) => string | null): string {
    const resource = stack.Resources[id];
    if (resource === undefined) throw unknown(stack, where, `there is no resource ${id}`);
    // Resolve only the name: the whole resource may refer to itself.
    const name = (property: string): string | null => {
      const value = this.#resolve(stack, id, resource.Properties[property]);
      return typeof value === 'string' ? value : null;
    };
    const found = read({ id, stack: stack.name, type: resource.Type, property: name });
    if (found === null)
      throw unknown(stack, where, `the rehearsal does not model that value of ${id} (${resource.Type})`);
    return found;
  }

  #substitute(stack: Stack, where: string, template: string, variables: Record<string, unknown>): string {
    return template.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return String(variables[name]);
      const [id = '', ...attribute] = name.split('.');
      return String(
        attribute.length === 0
          ? this.#reference(stack, where, id)
          : this.#attribute(stack, where, id, attribute.join('.')),
      );
    });
  }

  #condition(stack: Stack, name: string): boolean {
    const expression = stack.Conditions[name];
    if (expression === undefined) throw unknown(stack, name, 'there is no condition with that name');
    return this.#holds(stack, name, expression);
  }

  #holds(stack: Stack, where: string, expression: unknown): boolean {
    const [[name = '', argument] = []] = Object.entries(Object(expression));
    const each = (): boolean[] => [argument].flat().map((inner) => this.#holds(stack, where, inner));
    switch (name) {
      case 'Condition':
        return this.#condition(stack, String(argument));
      case 'Fn::Equals': {
        const [left, right] = [argument].flat().map((side) => JSON.stringify(this.#resolve(stack, where, side)));
        return left === right;
      }
      case 'Fn::And':
        return each().every(Boolean);
      case 'Fn::Or':
        return each().some(Boolean);
      case 'Fn::Not':
        return !each()[0];
      default:
        throw unknown(stack, where, `the rehearsal does not model the condition ${name}`);
    }
  }
}

export interface ResolvedResource {
  id: string;
  stack: Stack;
  type: string;
  properties: unknown;
}

const PSEUDO = ({ account, region, partition, urlSuffix }: Place): Record<string, string> => ({
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': partition,
  'AWS::URLSuffix': urlSuffix,
});

function unknown(stack: Stack, where: string, reason: string): PermanentError {
  return new PermanentError('template.unknown', `${stack.name}, ${where}: ${reason}`);
}

function wrongIndex(wrong: (reason: string) => PermanentError, index: unknown): never {
  throw wrong(`there is no element ${String(index)}`);
}
