// Who is known by their habits: whole hosts alone, whatever a name looks like, and pages that are safe to open.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownService } from '../../src/oauth/habits.ts';
import { reservedParameters } from '../../src/oauth/wire/authorization.ts';

const nameOf = (...hosts: readonly (string | undefined)[]) => knownService(...hosts)?.name;

const hosts: Readonly<Record<string, readonly string[]>> = {
  GitHub: ['github.com', 'api.githubcopilot.com'],
  GitLab: ['gitlab.com'],
  Google: ['accounts.google.com'],
  'Microsoft Entra ID': [
    'login.microsoftonline.com',
    'login.microsoftonline.us',
    'login.partner.microsoftonline.cn',
    'tenant.ciamlogin.com',
    'sts.windows.net',
  ],
  'Amazon Cognito': [
    'cognito-idp.us-east-1.amazonaws.com',
    'cognito-idp.ap-southeast-2.amazonaws.com',
    'cognito-idp.us-gov-west-1.amazonaws.com',
  ],
  Auth0: ['tenant.auth0.com', 'tenant.eu.auth0.com'],
  Okta: ['dev-123.okta.com', 'acme.oktapreview.com', 'acme.okta-emea.com'],
  Slack: ['slack.com', 'mcp.slack.com'],
  Figma: ['mcp.figma.com', 'api.figma.com', 'www.figma.com', 'figma.com'],
  Atlassian: ['mcp.atlassian.com', 'cf.mcp.atlassian.com', 'auth.atlassian.com'],
  Asana: ['mcp.asana.com', 'app.asana.com'],
  Notion: ['mcp.notion.com', 'api.notion.com'],
  Linear: ['mcp.linear.app', 'linear.app'],
  Supabase: ['mcp.supabase.com', 'api.supabase.com'],
  Sentry: ['mcp.sentry.dev', 'sentry.io'],
  Stripe: ['mcp.stripe.com', 'access.stripe.com'],
  HubSpot: ['mcp.hubspot.com', 'app.hubspot.com'],
  Expo: ['mcp.expo.dev'],
  JumpCloud: ['oauth.id.jumpcloud.com'],
  Indeed: ['mcp.indeed.com', 'secure.indeed.com'],
  Zephyr: ['zephyr.mcp.smartbear.com', 'app.tm4j.smartbear.com'],
};

describe('A known service', () => {
  for (const [name, known] of Object.entries(hosts)) {
    it(`${name} is known by ${known.join(', ')}, and by no host that has one of them in its name`, () => {
      for (const host of known) {
        assert.equal(nameOf(host), name, host);
        const alike = [
          `${host}.evil.example`,
          `evil-${host}.attacker.example`,
          `${host}:8443`,
          `${host}.`,
          `${host}/`,
          `user@${host}`,
          host.replaceAll('.', '-'),
          host.replace(/\.(?=[^.]+$)/, 'x'),
          `evil.example/${host}`,
        ];
        for (const one of alike) assert.equal(nameOf(one), undefined, one);
      }
    });
  }

  it('is no host that ends in the same letters, or lies below a name that stands alone', () => {
    for (const host of [
      'notgithub.com',
      'gist.github.com',
      'xlogin.microsoftonline.com',
      'evil.login.microsoftonline.com',
      'evil-login.microsoftonline.com.attacker.example',
      'github.com.evil.example',
      'evilauth0.com',
      'evil-okta.com',
      'pages.gitlab.com',
      'workspace.slack.com',
      'auth0.com',
      'okta.com',
      '.auth0.com',
      '-.auth0.com',
      'a..auth0.com',
      '',
    ])
      assert.equal(nameOf(host), undefined, host);
  });

  it('is no bucket of anybody’s at Amazon', () => {
    for (const host of [
      'cognito-idp.s3.amazonaws.com',
      'cognito-idp.s3-us-west-2.amazonaws.com',
      'cognito-idp.us-east-1.elb.amazonaws.com',
      'cognito-idp.s3.us-east-1.amazonaws.com',
      'cognito-idp.amazonaws.com',
    ])
      assert.equal(nameOf(host), undefined, host);
  });

  it('is found by the host of the issuer first, then by that of the MCP server', () => {
    assert.equal(nameOf('accounts.google.com', 'mcp.slack.com'), 'Google');
    assert.equal(nameOf('login.example', 'mcp.slack.com'), 'Slack');
    assert.equal(nameOf(undefined, 'mcp.slack.com'), 'Slack');
    assert.equal(nameOf(undefined, 'mcp.example'), undefined);
    assert.equal(nameOf(), undefined);
  });

  it('has a page for clients that is https and of its own, at Okta that of the organization', () => {
    for (const host of Object.values(hosts).flat()) {
      const page = knownService(host)?.registrationPage;
      if (page === undefined) continue;
      assert.equal(new URL(page).protocol, 'https:', page);
      assert.doesNotMatch(page, /[{}]/);
    }
    const pageOf = (host: string) => knownService(host)?.registrationPage;
    assert.equal(pageOf('dev-123.okta.com'), 'https://dev-123-admin.okta.com/admin/apps/active');
    assert.equal(pageOf('acme.oktapreview.com'), 'https://acme-admin.oktapreview.com/admin/apps/active');
    assert.equal(pageOf('a.b.okta.com'), undefined, 'which has no such page');
    assert.equal(pageOf('github.com'), 'https://github.com/settings/developers');
  });

  it('adds nothing that belongs to the protocol (checklist 7.10)', () => {
    for (const host of Object.values(hosts).flat())
      for (const parameter of Object.keys(knownService(host)?.habits.offlineParameters ?? {}))
        assert.equal(reservedParameters.has(parameter), false, parameter);
  });
});
