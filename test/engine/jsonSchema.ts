/** Judges a value by a JSON schema as the editor does while somebody types: the words that our manifest uses. */

export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
}

/** What has no say in what is valid. */
const silent =
  /^(?:default|defaultSnippets|description|markdownDescription|enumDescriptions|order|patternErrorMessage|scope)$/;

type Judgement = (value: unknown, schema: JsonSchema) => boolean;

/** One for each word, of which there is no other: a word that is not here would be passed over in silence. */
const judgements: { readonly [Word in keyof JsonSchema]-?: Judgement } = {
  type: (value, { type = '' }) => isOfType(value, type),
  const: (value, schema) => value === schema.const,
  enum: (value, schema) => schema.enum?.includes(value) === true,
  pattern: (value, { pattern = '' }) => typeof value !== 'string' || expression(pattern).test(value),
  minLength: (value, { minLength = 0 }) => typeof value !== 'string' || value.length >= minLength,
  maxLength: (value, { maxLength = 0 }) => typeof value !== 'string' || value.length <= maxLength,
  minimum: (value, { minimum = 0 }) => typeof value !== 'number' || value >= minimum,
  maximum: (value, { maximum = 0 }) => typeof value !== 'number' || value <= maximum,
  minItems: (value, { minItems = 0 }) => !Array.isArray(value) || value.length >= minItems,
  items: (value, { items = {} }) => !Array.isArray(value) || value.every((item) => isValid(item, items)),
  required: (value, { required = [] }) =>
    !isRecord(value) || required.every((name) => Object.hasOwn(value, name)),
  properties: (value, { properties = {} }) =>
    Object.entries(isRecord(value) ? value : {}).every(
      ([name, member]) => !Object.hasOwn(properties, name) || isValid(member, properties[name] ?? {}),
    ),
  propertyNames: (value, { propertyNames = {} }) =>
    !isRecord(value) || Object.keys(value).every((name) => isValid(name, propertyNames)),
  additionalProperties: (value, { additionalProperties = true, properties = {} }) =>
    Object.entries(isRecord(value) ? value : {}).every(
      ([name, member]) => Object.hasOwn(properties, name) || isAllowed(member, additionalProperties),
    ),
  oneOf: (value, { oneOf = [] }) => oneOf.filter((schema) => isValid(value, schema)).length === 1,
  if: (value, schema) => !isValid(value, schema.if ?? {}) || isValid(value, schema.then ?? {}),
  then: () => true,
};

/** @throws Error where the schema has a word that is not known here. */
export function isValid(value: unknown, schema: JsonSchema): boolean {
  const words = Object.keys(schema).filter((word) => !silent.test(word));
  return words.every((word) => {
    if (!Object.hasOwn(judgements, word)) throw new Error(`The schema says “${word}”, which is not known.`);
    return judgements[word as keyof JsonSchema](value, schema);
  });
}

function isAllowed(member: unknown, schema: JsonSchema | boolean): boolean {
  return typeof schema === 'boolean' ? schema : isValid(member, schema);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The editor has Unicode in patterns, and a word of its own for letters of either case. */
function expression(pattern: string): RegExp {
  const anyCase = '(?i)';
  return pattern.startsWith(anyCase)
    ? new RegExp(pattern.slice(anyCase.length), 'iu')
    : new RegExp(pattern, 'u');
}
