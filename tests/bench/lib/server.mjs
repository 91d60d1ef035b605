// The real server with its demo county, and a session of its secretary.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Starts `zhucun demo` in a folder, on a free port; `files` lie beside the form. */
export async function start(program, form, folder, files = []) {
  const child = spawn(program, ['demo', '--port', '0', '--data', folder, '--form', form], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ZHUCUN_LOG: 'error' },
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} demo ended (${code}) before it listened`)));
    createInterface(child.stdout).on('line', (line) => {
      const found = /listening.*:(\d+)\s*$/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  if (files.length > 0) await promisify(execFile)(program, ['--data', folder, 'form', 'add', form, ...files]);
  const origin = `http://localhost:${port}`;
  const server = { origin, signIn: () => signIn(origin), stop: () => (child.kill(), gone) };
  server.households = await households(server);
  return server;
}

async function signIn(origin) {
  const body = JSON.stringify({ username: 'shiban', password: 'shiban-2026' });
  const response = await fetch(`${origin}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const cookie = response.headers.getSetCookie()[0];
  if (!response.ok || !cookie) throw new Error(`signing in answered ${response.status}`);
  const [name, value] = cookie.split(';')[0].split('=');
  return { name, value, me: await response.text() };
}

/** The households of the secretary's village, by id. */
async function households(server) {
  const { name, value, me } = await server.signIn();
  const village = JSON.parse(me).streams.find((stream) => stream.startsWith('village/'));
  const response = await fetch(`${server.origin}/api/v1/streams/${village}/changes`, { headers: { cookie: `${name}=${value}` } });
  const { entries } = await response.json();
  const records = entries.map(({ change }) => change.record).filter(({ collection }) => collection === 'households');
  const ids = [...new Set(records.map(({ id }) => id))];
  if (ids.length < 3) throw new Error('the demo village has too few households');
  return ids;
}
