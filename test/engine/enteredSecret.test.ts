import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { readEnteredSecret } from '../../src/vscode/enteredSecret.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('A client secret that a person enters', () => {
  it('is taken without the white space round it, whatever else is in it', () => {
    assert.deepEqual(readEnteredSecret('  s3cr:t%+\\n/= \n'), { kind: 'shared', secret: 's3cr:t%+\\n/=' });
  });

  it('is none where nothing but white space was entered', () => {
    for (const text of ['', '  ', '\n\t']) assert.deepEqual(readEnteredSecret(text), { kind: 'none' });
  });

  it('may be a private key, however its line breaks came through a box of one line (checklist 17.1)', () => {
    const lines = pem.trim().split('\n');
    for (const separator of ['\n', '\r\n', '\\n', '\\r\\n', ' ', '']) {
      const entered = readEnteredSecret(lines.join(separator));
      assert.deepEqual(entered, { kind: 'key', secret: pem }, JSON.stringify(separator));
    }
    assert.equal(createPrivateKey(pem).equals(privateKey), true);
  });

  it('is not a key of another form, nor half of one', () => {
    const others = [
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      pem.slice(0, 80),
      pem.replace(/A/g, '*'),
      `${pem}${pem}`,
    ];
    for (const text of others) assert.deepEqual(readEnteredSecret(text), { kind: 'unusable_key' }, text);
  });
});
