/**
 * Every decision on the way to a token and after, as a name with the facts that it rests on and the numbers of the rules
 * that it follows. No fact has a place for a token, a code, a state, a verifier or a secret.
 */
import type { AuthErrorCode } from './authError.ts';
import type { AuthorizationCheck } from './authorizationCheck.ts';
import type { Habit } from './habits.ts';
import type { RefusalMeaning } from './refusal.ts';
import type { Tolerance } from './tolerance.ts';

/** Names and the facts of each. Addresses are shown without their query; lists are names, in order. */
export interface Decisions {
  /** What the server said to a request without a token, or to one that it refused. */
  readonly challenge_read: {
    readonly source: 'first_contact' | 'remembered' | 'refused_request';
    readonly scheme: 'bearer' | 'dpop';
    /** Which of the known parameters were there. */
    readonly parameters: readonly string[];
    readonly error?: string;
  };
  /** It was refused, and no challenge says how to get in. */
  readonly challenge_missing: None;
  readonly server_open: None;
  /** It answers anybody, and publishes that it can be signed in to. */
  readonly server_offers_sign_in: None;
  readonly document_remembered: { readonly address: string };
  readonly resource_document_named: { readonly address: string };
  readonly resource_document_found: { readonly address: string };
  /** Something at a well-known address was no document; `status` or `failure` tells what. */
  readonly document_passed_over: PassedOver;
  readonly resource_document_absent: None;
  readonly resource_chosen: { readonly resource: string; readonly by: 'setting' | 'document' | 'address' };
  readonly resource_omitted: None;
  readonly issuers_offered: { readonly issuers: readonly string[]; readonly known: readonly string[] };
  readonly issuer_without_document: { readonly issuer: string };
  readonly issuer_document_found: { readonly address: string; readonly kind: 'oauth' | 'openid' };
  readonly issuer_matches: { readonly issuer: string };
  readonly pkce_promised: None;
  readonly tolerated: { readonly tolerance: Tolerance };
  readonly habit_followed: { readonly habit: Habit; readonly service: string };
  readonly issuer_moved: { readonly from: string; readonly to: string };
  readonly scopes_chosen: {
    readonly scopes: readonly string[];
    readonly by: 'setting' | 'challenge' | 'document' | 'nothing';
    /** Whether what was asked for before, or by somebody beside, is asked for again. */
    readonly isWidened: boolean;
    readonly asksToStay: boolean;
  };
  readonly tokens_bound: { readonly by: 'server' | 'setting' };
  readonly grant_chosen: { readonly grant: string };
  readonly redirects_possible: { readonly kinds: readonly string[] };
  readonly redirect_prepared: { readonly kind: string; readonly address: string };
  readonly redirect_passed_over: { readonly kind: string; readonly failure: AuthErrorCode };
  readonly client_chosen: {
    readonly kind: 'configured' | 'document' | 'stored' | 'registered';
    /** How it proves who it is at the token endpoint. */
    readonly method: string;
  };
  /** Why the registration on record does not serve. */
  readonly registration_passed_over: {
    readonly reason: 'not_taken' | 'secret_ran_out' | 'other_scopes';
  };
  readonly client_trusted: None;
  readonly client_checked: { readonly verdict: AuthorizationCheck };
  readonly client_replaced: None;
  readonly page_opened: { readonly host: string };
  readonly code_shown: { readonly host: string };
  readonly answer_arrived: None;
  readonly state_matches: None;
  readonly arrival_matches: None;
  readonly sender_matches: { readonly issuer: string };
  /** The answer names no sender, and none was promised. */
  readonly sender_unnamed: None;
  readonly code_arrived: None;
  readonly tokens_received: {
    readonly scopes: readonly string[];
    readonly lifetimeSeconds?: number;
    readonly isRenewable: boolean;
    readonly isBound: boolean;
  };
  readonly scopes_narrowed: { readonly missing: readonly string[] };
  readonly account_named: { readonly by: 'server' | 'person' | 'nobody' };
  readonly grant_kept: None;
  readonly renewal_by: { readonly way: 'refreshing' | 'asking_again' };
  readonly renewal_unsaved: None;
  readonly renewal_judged: { readonly fault: 'passing' | 'final' | 'stuck' };
  readonly secret_renewed: { readonly isRenewed: boolean };
  readonly refusal_judged: { readonly status: number; readonly meaning: RefusalMeaning };
  readonly remedy_spent: None;
  readonly token_replaced: { readonly replacement: 'replaced' | 'not_now' | 'over' };
  readonly access_granted_already: None;
  readonly questions_spent: None;
  readonly person_asked: { readonly about: 'access' | 'sign_in'; readonly allows: boolean };
}

type None = object;

export interface PassedOver {
  readonly address: string;
  readonly status?: number;
  readonly failure?: AuthErrorCode;
}

export type DecisionId = keyof Decisions;

export type Decision = { [Id in DecisionId]: { readonly id: Id } & Decisions[Id] }[DecisionId];

/** Takes note of a decision where somebody wants to know of it. */
export type Decide = (decision: Decision) => void;

/** The rules that a decision follows, by their numbers in the checklist. */
export const decisionRules: Record<Exclude<DecisionId, 'tolerated' | 'habit_followed'>, readonly string[]> = {
  challenge_read: ['2.1'],
  challenge_missing: ['2.1'],
  server_open: ['1.1'],
  server_offers_sign_in: ['1.1'],
  document_remembered: ['3.12'],
  resource_document_named: ['2.2'],
  resource_document_found: ['2.3'],
  document_passed_over: ['2.6', '3.6'],
  resource_document_absent: ['2.5', '13.1'],
  resource_chosen: ['2.7', '7.5'],
  resource_omitted: ['7.3'],
  issuers_offered: ['2.10'],
  issuer_without_document: ['2.10'],
  issuer_document_found: ['3.1', '3.2'],
  issuer_matches: ['3.5'],
  pkce_promised: ['3.10'],
  issuer_moved: ['5.3'],
  scopes_chosen: ['6.1', '6.4'],
  tokens_bound: ['17.3'],
  grant_chosen: ['17'],
  redirects_possible: ['7.8'],
  redirect_prepared: ['7.8', '8.1'],
  redirect_passed_over: ['4.12'],
  client_chosen: ['4.1', '4.16'],
  registration_passed_over: ['4.19'],
  client_trusted: ['10.5'],
  client_checked: ['10.5'],
  client_replaced: ['10.5'],
  page_opened: ['7.7', '7.12'],
  code_shown: ['14.13'],
  answer_arrived: ['9.7'],
  state_matches: ['7.6'],
  arrival_matches: ['8.4'],
  sender_matches: ['9.1', '9.2'],
  sender_unnamed: ['9.1'],
  code_arrived: ['9.5'],
  tokens_received: ['10.2', '10.3'],
  scopes_narrowed: ['6.6'],
  account_named: ['5.2'],
  grant_kept: ['11.2'],
  renewal_by: ['11.9', '11.10'],
  renewal_unsaved: ['11.10'],
  renewal_judged: ['11.12'],
  secret_renewed: ['14.2'],
  refusal_judged: ['12.1', '12.2'],
  remedy_spent: ['12.1', '12.3'],
  token_replaced: ['12.1'],
  access_granted_already: ['12.5'],
  questions_spent: ['12.4'],
  person_asked: ['12.2'],
};

/** What lets something pass that is not as it should be, each with its own rule. */
export const toleranceRules: Record<Tolerance, readonly string[]> = {
  resource_prefix: ['2.8'],
  resource_setting: ['2.7'],
  resource_not_listed: ['2.17'],
  issuer_skipped: ['2.10'],
  issuer_setting: ['2.10'],
  issuer_elsewhere: ['3.5'],
  pkce_not_promised: ['3.10'],
  legacy_metadata: ['13.2'],
  legacy_endpoints: ['13.3'],
};

/** What is done otherwise at an authorization server that is known for it. */
export const habitRules: Record<Habit, readonly string[]> = {
  pkce_unlisted: ['3.10'],
  resource_by_scope: ['7.3'],
  offline_by_parameter: ['6.4'],
  consent_not_asked: ['6.5'],
  scopes_limited: ['6.1'],
  issuer_alias: ['3.5'],
  issuer_slash: ['3.7'],
};

/** The rule at which a failure stops, where one says so. */
export const failureRules: Record<AuthErrorCode, readonly string[]> = {
  insecure_url: ['3.11', '16.1'],
  unreachable: [],
  timed_out: [],
  response_too_large: ['16.1'],
  server_failed: ['2.1'],
  server_busy: ['3.6'],
  resource_metadata_missing: ['2.5', '13.1'],
  resource_metadata_invalid: ['2.18'],
  resource_mismatch: ['2.7'],
  issuer_metadata_missing: ['3.1', '3.2'],
  issuer_metadata_invalid: ['3.8', '3.9'],
  issuer_mismatch: ['3.5'],
  pkce_unsupported: ['3.10'],
  token_use_unsupported: ['2.14', '2.15'],
  registration_closed: ['4.1'],
  registration_refused: ['4.12'],
  registration_invalid: ['14.1'],
  client_issuer_mismatch: ['4.17'],
  client_refused: ['10.5'],
  client_secret_missing: ['4.20'],
  client_secret_invalid: ['4.20'],
  redirect_refused: ['7.8'],
  redirect_unavailable: ['7.8'],
  grant_not_configured: ['17.1'],
  assertion_missing: ['17.4'],
  device_code_expired: ['14.13'],
  browser_not_opened: ['7.12'],
  sign_in_timed_out: ['7.6'],
  state_mismatch: ['7.6'],
  redirect_mismatch: ['8.4'],
  redirect_invalid: ['9.5'],
  iss_mismatch: ['9.1', '9.2'],
  access_denied: ['9.6'],
  interaction_required: ['9.6'],
  server_error: ['9.6'],
  temporarily_unavailable: ['9.6'],
  authorization_failed: ['9.6'],
  token_refused: ['10.4'],
  token_invalid: ['10.2'],
  storage_failed: ['11.2'],
  unexpected: [],
};
