import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concealedLog, concealerFor } from '../../src/session/concealment.ts';

describe('What a person entered for a server', () => {
  const filledIn = {
    '${env:KEY}': 'k3y/with ä',
    '${env:REGION}': 'eu',
    '${input:tenant}': 'acme',
    '${/}': '/',
  };
  const conceal = concealerFor({ headers: { 'X-Api-Key': 'Token abcdefgh', 'X-Version': '1' }, filledIn });

  it('is shown as the variable that it stands for, however an address spells it', () => {
    assert.equal(conceal('https://a.example/k3y/with ä/mcp'), 'https://a.example/${env:KEY}/mcp');
    assert.equal(conceal('https://a.example/k3y/with%20%C3%A4/mcp'), 'https://a.example/${env:KEY}/mcp');
    assert.equal(conceal('key=k3y%2Fwith%20%C3%A4'), 'key=${env:KEY}');
  });

  it('stays what it is as a part of another word, and where it is too short for a secret', () => {
    assert.equal(conceal('https://acme.example/acmeist'), 'https://${input:tenant}.example/acmeist');
    assert.equal(conceal('https://eu.example/1'), 'https://eu.example/1');
  });

  it('is hidden where it is a header, with its scheme and without', () => {
    assert.equal(conceal('You sent Token abcdefgh.'), 'You sent [hidden].');
    assert.equal(conceal('You sent abcdefgh, version 1.'), 'You sent [hidden], version 1.');
  });

  it('is in no line of its log, and a cause comes along as it is', () => {
    const lines: unknown[] = [];
    const log = concealedLog(
      {
        info: (event, fields) => lines.push([event, fields]),
        error: (event, fields, cause) => lines.push([event, fields, cause]),
      },
      conceal,
    );
    log.info('one', { address: 'https://a.example/abcdefgh', status: 200 });
    log.info('two');
    log.error('three', { words: 'acme' }, 'cause');
    assert.deepEqual(lines, [
      ['one', { address: 'https://a.example/[hidden]', status: 200 }],
      ['two', {}],
      ['three', { words: '${input:tenant}' }, 'cause'],
    ]);
  });
});
