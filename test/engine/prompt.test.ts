import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinPrompts, promptForAccount } from '../../src/oauth/prompt.ts';
import { assumedIssuerDocument, readIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';

function promptOf(offered: unknown): string | undefined {
  const issuer = readIssuerDocument({
    issuer: 'https://as.example',
    token_endpoint: 'https://as.example/token',
    prompt_values_supported: offered,
  });
  assert.ok(issuer);
  return promptForAccount(issuer);
}

describe('Another account is asked for', () => {
  it('by a choice of accounts where the server says that it has one', () => {
    assert.equal(promptOf(['none', 'login', 'select_account']), 'select_account');
  });

  it('by a new sign-in where the server says that it understands that alone', () => {
    assert.equal(promptOf(['none', 'login', 'consent']), 'login');
  });

  it('not at all where the server says nothing of it', () => {
    for (const offered of [undefined, null, [], ['consent'], 'login', [7]])
      assert.equal(promptOf(offered), undefined, JSON.stringify(offered));
    assert.equal(promptForAccount(assumedIssuerDocument('https://as.example')), undefined);
  });
});

describe('Several prompts', () => {
  it('are one value, each once and in their order', () => {
    assert.equal(joinPrompts('select_account', 'consent'), 'select_account consent');
    assert.equal(joinPrompts('login consent', undefined, 'consent', 'login'), 'login consent');
    assert.equal(joinPrompts(undefined, 'consent'), 'consent');
  });

  it('are none where nothing is asked', () => {
    for (const wishes of [[], [undefined], ['', ' ']]) assert.equal(joinPrompts(...wishes), undefined);
  });

  it('leave out `none`, which a server must refuse beside others', () => {
    assert.equal(joinPrompts('none', 'consent'), 'consent');
    assert.equal(joinPrompts('none'), 'none');
  });
});
