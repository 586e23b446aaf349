/**
 * How members of a foreign document are read: what is absent, null, empty or of another type counts as left out. Schemas are
 * lazy, here and wherever a start would have to make them: what an editor opens with reads next to none.
 */
import * as z from 'zod/mini';

/** Reads whatever is of another type as `instead`: what `z.catch` does, which bundles 10 kB more of zod. */
export function orElse<Inner extends z.ZodMiniType>(
  innerType: Inner,
  instead: z.output<Inner>,
): z.ZodMiniCatch<Inner> {
  const schema = new z.ZodMiniCatch({ type: 'catch', innerType, catchValue: () => instead });
  return schema as z.ZodMiniCatch<Inner>;
}

export const text = z.lazy(() => orElse(z.optional(z.string().check(z.minLength(1))), undefined));
export const texts = z.lazy(() => orElse(z.optional(z.array(z.string())), undefined));
export const flag = z.lazy(() => orElse(z.optional(z.boolean()), undefined));
export const count = z.lazy(() => orElse(z.optional(z.number()), undefined));

/** Of what is kept: an address that a request can be made of. */
export const address = z.lazy(() => z.string().check(z.refine((value) => URL.canParse(value))));

/** A space-separated scope value as a list (RFC 6749 §3.3); an empty one says nothing. */
export function parseScope(scope: string | undefined): readonly string[] | undefined {
  const scopes = scope?.split(/\s+/).filter((token) => token !== '');
  return scopes === undefined || scopes.length === 0 ? undefined : [...new Set(scopes)];
}

/** The parameter `scope`; none where no scope is asked for (checklist 6.1). */
export function toScopeParameter(scopes: readonly string[]): Record<string, string> {
  return scopes.length === 0 ? {} : { scope: scopes.join(' ') };
}
