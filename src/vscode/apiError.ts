/** What other extensions are told of a failure. */
import type { AuthError } from '../oauth/authError.ts';
import type { McpOAuthError, McpOAuthErrorCode } from './api.ts';

export class ApiError extends Error implements McpOAuthError {
  override readonly name = 'McpOAuthError';
  readonly code: McpOAuthErrorCode;

  constructor(code: McpOAuthErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Under its own code and without its cause, which is for the log. */
export function apiErrorOf(error: AuthError, sentence: string): ApiError {
  return new ApiError(error.code, sentence);
}
