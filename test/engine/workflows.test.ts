/** The workflows have power over what people install: they get as little as they need, and publish what was tested. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';

const repository = path.resolve(import.meta.dirname, '../..');
const folder = path.join(repository, '.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(path.join(folder, name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ place: `${name}/${id}`, id, job })),
);
const steps = jobs.flatMap(({ place, job }) => job.steps.map((step) => ({ place, step })));
const release = jobs.filter(({ place }) => place.startsWith('release.yml/'));

/** All that may write anything. */
const mayWrite: Readonly<Record<string, readonly string[]>> = {
  'release.yml/attest': ['attestations', 'id-token'],
  'release.yml/release': ['contents'],
  'release.yml/marketplace': ['id-token'],
  'release.yml/open-vsx': ['id-token'],
};

describe('The workflows', () => {
  it('are those of a push, a pull request, a week and a release', () => {
    const names = workflows.map(({ name }) => name).sort();
    assert.deepEqual(names, ['ci.yml', 'dependency-review.yml', 'release.yml', 'weekly.yml']);
  });

  it('may do nothing, and each job what it needs', () => {
    for (const { name, workflow } of workflows) assert.deepEqual(workflow.permissions, {}, name);
    for (const { place, job } of jobs) {
      assert.ok(job.permissions, place);
      const written = Object.entries(job.permissions).filter(([, right]) => right !== 'read');
      assert.deepEqual(written.map(([what]) => what).sort(), mayWrite[place] ?? [], place);
      assert.ok(Number(job['timeout-minutes']) > 0, place);
    }
  });

  it('run the code of others at the commit that was looked at', () => {
    for (const { name, text } of workflows) {
      const used = [...text.matchAll(/^\s*-?\s*uses: *(.*)$/gm)].map(([, action]) => action ?? '');
      assert.ok(used.length > 0, name);
      for (const action of used)
        assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${action}`);
    }
  });

  it('leave no credentials in the checkout, and put no text of others into a script', () => {
    for (const { place, step } of steps) {
      if (step.uses?.startsWith('actions/checkout@'))
        assert.equal(step.with?.['persist-credentials'], false, place);
      assert.ok(!step.run?.includes('${{'), `${place}: ${String(step.run)}`);
    }
    for (const { name, workflow } of workflows) assert.ok(!('pull_request_target' in workflow.on), name);
  });

  it('name no registry by its host', () => {
    for (const { name, text } of workflows) assert.doesNotMatch(text, /https?:|registry[-:.]|\.npmrc/, name);
  });

  it('run scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const run = steps.flatMap(({ step }) => [...(step.run ?? '').matchAll(/\bnpm (?:run )?(\S+)/g)]);
    const names = run.map(([, name]) => name ?? '').filter((name) => !['ci', 'install'].includes(name));
    assert.deepEqual(
      names.filter((name) => !(name in scripts)),
      [],
    );
  });
});

describe('A release', () => {
  it('starts with a tag that names the version, and nothing else starts it', () => {
    const workflow = workflows.find(({ name }) => name === 'release.yml')?.workflow;
    assert.deepEqual(workflow?.on, { push: { tags: ['v*'] } });
    const [build] = release;
    assert.match(
      build?.job.steps.find(({ run }) => run?.includes('TAG'))?.run ?? '',
      /require\('\.\/package\.json'\)/,
    );
  });

  it('builds once, in a job that has no rights, and hands on what all tests have passed with', () => {
    const builds = release.filter(({ job }) =>
      job.steps.some(({ run }) => /npm (?:test|run)|esbuild|vsce (?:package|pack)/.test(run ?? '')),
    );
    assert.deepEqual(
      builds.map(({ id }) => id),
      ['build'],
    );
    const done = builds[0]?.job.steps ?? [];
    const tested = done.findIndex(({ run }) => run === 'npm test');
    const handedOn = done.findIndex(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    assert.ok(tested > 0 && handedOn > tested);
    assert.match(String(done[handedOn]?.with?.['path']), /^mcp-oauth\.vsix$/m);
    assert.equal(done[handedOn]?.with?.['name'], 'package');
  });

  it('attests, attaches and publishes that package, and looks at its hash first', () => {
    const others = release.filter(({ id }) => id !== 'build');
    assert.equal(others.length, 4);
    for (const { place, job } of others) {
      assert.ok([job.needs ?? []].flat().includes('build'), place);
      const fetched = job.steps.findIndex(({ uses }) => uses?.startsWith('actions/download-artifact@'));
      assert.equal(job.steps[fetched]?.with?.['name'], 'package', place);
      assert.match(
        job.steps[fetched + 1]?.run ?? '',
        /^echo "\$SHA256 {2}mcp-oauth\.vsix" \| sha256sum --check$/,
      );
      assert.ok(job.steps.length > fetched + 2, place);
    }
    const publishing = steps.filter(({ step }) => /\bpublish\b/.test(step.run ?? ''));
    assert.equal(publishing.length, 2);
    for (const { step } of publishing) assert.match(step.run ?? '', /--packagePath mcp-oauth\.vsix$/);
  });

  it('publishes with tools that lock files name, with all that they bring, and runs none of it before', () => {
    const run = release.flatMap(({ job }) => job.steps.map((step) => step.run ?? ''));
    assert.deepEqual(
      run.filter((text) => /\bnpx\b(?! --no-install)|npm (?:i|install)\b/.test(text)),
      [],
    );
    const publishers = release.filter(({ job }) => job.steps.some(({ run }) => / publish /.test(run ?? '')));
    for (const { place, job } of publishers) {
      const installs = job.steps.filter(({ run }) => run?.startsWith('npm ci '));
      assert.equal(installs.length, 1, place);
      assert.match(
        installs[0]?.run ?? '',
        /^npm ci --ignore-scripts(?: --prefix \.github\/open-vsx)?$/,
        place,
      );
    }
    const lock = readFileSync(path.join(repository, '.github/open-vsx/package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Record<string, { readonly integrity?: string }> };
    const brought = Object.entries(packages).filter(([place]) => place !== '');
    assert.ok(brought.length > 0 && brought.every(([, { integrity }]) => integrity !== undefined));
    assert.doesNotMatch(lock, /"resolved"/);
  });
});
