import * as z from 'zod/mini';

/** jCal (RFC 7265), the arrays that ical.js produces. Only as deep as an event is nested. */
const propertySchema = z.tuple(
  [z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])), z.string()],
  z.unknown(),
);
const componentSchema = z.tuple([z.string(), z.array(propertySchema), z.array(z.unknown())]);

export interface Property {
  /** The first of its values. */
  value: unknown;
  values: readonly unknown[];
  parameter(name: string): string | null;
}

export interface Component {
  name: string;
  components: readonly unknown[];
  first(property: string): Property | null;
  all(property: string): Property[];
}

/** @throws ZodError when it is not a component */
export function component(jcal: unknown): Component {
  const [name, properties, components] = componentSchema.parse(jcal);
  const all = (key: string) => properties.filter((property) => property[0] === key).map(propertyOf);
  return { name, components, all, first: (key) => all(key)[0] ?? null };
}

/** The first components of that name inside another. */
export function subcomponents(parent: Component, name: string, limit: number): Component[] {
  return parent.components
    .filter((child) => Array.isArray(child) && child[0] === name)
    .slice(0, limit)
    .map(component);
}

function propertyOf([, parameters, , ...values]: z.infer<typeof propertySchema>): Property {
  return {
    value: values[0],
    values,
    parameter: (name) => {
      const found = parameters[name];
      return (typeof found === 'string' ? found : found?.[0]) ?? null;
    },
  };
}
