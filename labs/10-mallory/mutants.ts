import type { Mutant } from '#judge/mutant';

const CONNECT =
  'const socket = connect({ host: HOST, port, servername: name, ca, checkServerIdentity: check });';
const VERIFIED = 'return dial(options, onBytes, checkServerIdentity);';
const PINNED = 'checkServerIdentity(name, certificate) ?? checkPin(certificate, pin)';
const PINNED_DIAL = 'return dial(options, onBytes, check);';
const LATE = `let fault: Error | undefined;
  return dial(options, onBytes, (name, certificate) => {
    fault = checkPin(certificate, pin);
    return check(name, certificate);
  }).then(async (connection) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!fault) return connection;
    connection.close();
    throw fault;
  });`;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'sees-one-direction-only',
    fails: 'reads-both-sides',
    edits: [
      ["pass(target, victim, (bytes) => onBytes('s2c', bytes));", 'pass(target, victim, () => undefined);'],
    ],
  },
  {
    name: 'directions-swapped',
    fails: 'reads-both-sides',
    edits: [
      ["onBytes('c2s', bytes)", "onBytes('s2c', bytes)"],
      [
        "pass(target, victim, (bytes) => onBytes('s2c', bytes))",
        "pass(target, victim, (bytes) => onBytes('c2s', bytes))",
      ],
    ],
  },
  {
    name: 'changes-what-passes',
    fails: 'reads-both-sides',
    edits: [['to.write(bytes);', "to.write(bytes.toString('utf8'));"]],
  },
  {
    name: 'waits-for-the-client',
    fails: 'server-speaks-first',
    edits: [
      [
        "pass(target, victim, (bytes) => onBytes('s2c', bytes));",
        "victim.once('data', () => pass(target, victim, (bytes) => onBytes('s2c', bytes)));",
      ],
    ],
  },
  {
    name: 'one-connection-for-all',
    fails: 'many-at-once',
    edits: [
      [
        'const target = connect({ host: HOST, port: targetPort, rejectUnauthorized: false });',
        'const target = (shared ??= connect({ host: HOST, port: targetPort, rejectUnauthorized: false }));',
      ],
      [
        'const open = new Set<TLSSocket>();',
        'const open = new Set<TLSSocket>();\n  let shared: TLSSocket | undefined;',
      ],
    ],
  },
  {
    name: 'end-not-passed-on',
    fails: 'ends-pass',
    edits: [
      ["from.on('close', () => to.end());", ''],
      ["from.on('end', () => to.end());", ''],
    ],
  },
  {
    name: 'hello-forgotten',
    fails: 'talks-to-the-right-one',
    edits: [['socket.write(hello);', '']],
  },
  {
    name: 'connection-never-closed',
    fails: 'talks-to-the-right-one',
    edits: [['close: () => socket.end(),', 'close: () => undefined,']],
  },
  {
    name: 'reject-unauthorized-false',
    fails: 'bad-certificates-refused',
    edits: [[CONNECT, CONNECT.replace('ca, ', 'ca, rejectUnauthorized: false, ')]],
  },
  {
    name: 'mallory-is-believed',
    fails: 'mallory-reads-nothing',
    edits: [[CONNECT, CONNECT.replace('ca, ', 'ca, rejectUnauthorized: false, ')]],
  },
  {
    name: 'any-ca-of-the-system',
    fails: 'talks-to-the-right-one',
    edits: [[CONNECT, CONNECT.replace('ca, ', '')]],
  },
  {
    name: 'host-name-not-checked',
    fails: 'wrong-name-refused',
    edits: [[VERIFIED, 'return dial(options, onBytes, () => undefined);']],
  },
  {
    name: 'part-of-the-name-is-enough',
    fails: 'wrong-name-refused',
    edits: [
      [
        VERIFIED,
        "return dial(options, onBytes, (name, { subjectaltname = '' }) => (subjectaltname.includes(name) ? undefined : new Error('name')));",
      ],
    ],
  },
  {
    name: 'time-does-not-matter',
    fails: 'bad-certificates-refused',
    edits: [
      [CONNECT, CONNECT.replace('ca, ', 'ca, rejectUnauthorized: false, ')],
      [
        "await once(socket, 'secureConnect');",
        "await once(socket, 'secureConnect');\n  const reason = String(socket.authorizationError ?? '');\n  if (reason !== '' && reason !== 'CERT_HAS_EXPIRED') {\n    socket.destroy();\n    throw new Error(reason);\n  }",
      ],
    ],
  },
  {
    name: 'sent-before-it-is-verified',
    fails: 'mallory-reads-nothing',
    edits: [
      [CONNECT, `${CONNECT.replace('ca, ', 'ca, rejectUnauthorized: false, ')}\n  socket.write(hello);`],
      [
        "await once(socket, 'secureConnect');",
        "await once(socket, 'secureConnect');\n  await once(socket, 'data');\n  if (!socket.authorized) {\n    socket.destroy();\n    throw new Error('not authorized');\n  }",
      ],
    ],
  },
  {
    name: 'no-reason-given',
    fails: 'bad-certificates-refused',
    edits: [
      [
        "await once(socket, 'secureConnect');",
        "await once(socket, 'secureConnect').catch(() => {\n    throw new Error('failed');\n  });",
      ],
    ],
  },
  {
    name: 'pin-not-compared',
    fails: 'other-key-refused',
    edits: [[PINNED, 'checkServerIdentity(name, certificate)']],
  },
  {
    name: 'pin-sent-first-compared-later',
    fails: 'other-key-refused',
    edits: [
      [PINNED, 'checkServerIdentity(name, certificate)'],
      [PINNED_DIAL, LATE],
    ],
  },
  {
    name: 'pin-instead-of-a-name',
    fails: 'pinned-still-verifies',
    edits: [[PINNED, 'name === "" ? undefined : checkPin(certificate, pin)']],
  },
  {
    name: 'pin-of-the-whole-certificate',
    fails: 'pinned-talks',
    edits: [["createHash('sha256').update(key)", "createHash('sha256').update(key.length > 0 ? raw : key)"]],
  },
  {
    name: 'pin-instead-of-verification',
    fails: 'pinned-still-verifies',
    edits: [
      [CONNECT, CONNECT.replace('ca, ', 'ca, rejectUnauthorized: false, ')],
      [
        "await once(socket, 'secureConnect');",
        "await once(socket, 'secureConnect');\n  const fault = check(name, socket.getPeerCertificate());\n  if (fault) {\n    socket.destroy();\n    throw fault;\n  }",
      ],
    ],
  },
];
