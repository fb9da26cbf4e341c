// As much of JSON Schema as the manifest's schema uses; an unknown keyword is an error.

type Schema = Readonly<Record<string, unknown>>;

/** Every place where `value` does not follow the schema, as `path: reason`. */
export function findViolations(root: Schema, value: unknown, schema: Schema = root, path = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => checkKeyword(root, value, schema, path, keyword, rule));
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  null: (value) => value === null,
};

function checkKeyword(root: Schema, value: unknown, schema: Schema, path: string, keyword: string, rule: unknown): string[] {
  const fails = (holds: boolean): string[] => (holds ? [] : [`${path}: ${keyword} ${JSON.stringify(rule)}`]);
  switch (keyword) {
    case 'type':
      return fails([rule].flat().some((type) => TYPES[type as string]?.(value)));
    case 'const':
      return fails(value === rule);
    case 'enum':
      return fails((rule as unknown[]).includes(value));
    case 'minimum':
      return fails(typeof value !== 'number' || value >= (rule as number));
    case 'multipleOf':
      return fails((value as number) % (rule as number) === 0);
    case 'minItems':
      return fails((value as unknown[]).length >= (rule as number));
    case 'pattern':
      return fails(new RegExp(rule as string).test(value as string));
    case 'required':
      return fails((rule as string[]).every((key) => Object.hasOwn(value as object, key)));
    case 'items':
      return (value as unknown[]).flatMap((item, position) => findViolations(root, item, rule as Schema, `${path}[${position}]`));
    case 'properties':
      return Object.entries(rule as Schema).flatMap(([key, inner]) =>
        Object.hasOwn(value as object, key) ? findViolations(root, (value as Schema)[key], inner as Schema, `${path}.${key}`) : [],
      );
    case 'additionalProperties':
      return Object.entries(value as object)
        .filter(([key]) => !Object.hasOwn((schema.properties ?? {}) as object, key))
        .flatMap(([key, inner]) =>
          rule === false ? [`${path}: unknown ${key}`] : findViolations(root, inner, rule as Schema, `${path}.${key}`),
        );
    case '$ref':
      return findViolations(root, value, (root.$defs as Record<string, Schema>)[(rule as string).replace('#/$defs/', '')], path);
    case '$schema':
    case '$id':
    case '$defs':
    case 'title':
    case 'description':
      return [];
    default:
      throw new Error(`the schema uses ${keyword}, which this check does not know`);
  }
}
