import type { Mutant } from '#judge/mutant';

const DECODER = '    const decoder = createFrameDecoder(MAX_PAYLOAD);\n';
const FRAMES =
  'for (let payload = decoder.next(); payload && stream.writable; payload = decoder.next())\n        perform';
const OPENED = `        connections.set(id, { send, close });
        perform(chat.connected(id, wire));`;
const ERROR = "    stream.on('error', () => stream.destroy());\n";
const END = 'stream.end(channel.close(), () => stream.destroy());';
const REFUSED = '} catch {\n        stream.destroy();\n      }';
const LISTENER = "createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: 5_000 }, onStream)";
const CLIENT = "connect({ host: HOST, port, servername: name, ca, minVersion: 'TLSv1.2' })";
const VERIFIED = "await once(socket, 'secureConnect');";
const PSK = "core.attach(socket, 'psk', createServerChannel(sharedKeys))";

export const MUTANTS: readonly Mutant[] = [
  // These are noticed only when something has not come for a while, so they are tried together.
  {
    name: 'one-frame-for-each-piece',
    fails: 'cut-frames',
    edits: [[FRAMES, 'const payload = decoder.next();\n      if (payload)\n        perform']],
  },
  {
    name: 'one-event-for-each-piece',
    fails: 'any-channel',
    edits: [
      [
        'for (let event = channel.next(); event && stream.writable; event = channel.next())\n          handle',
        'const event = channel.next();\n        if (event) handle',
      ],
    ],
  },
  {
    name: 'only-those-who-leave-politely-are-gone',
    fails: 'leaves',
    edits: [["stream.on('close', () => {\n      if", "stream.on('end', () => {\n      if"]],
  },
  {
    name: 'goodbye-of-the-peer-ignored',
    fails: 'any-channel',
    edits: [["      if (kind === 'closed') close();\n", '']],
  },
  {
    name: 'broken-channel-stays-open',
    fails: 'broken-channel',
    edits: [[REFUSED, '} catch {\n        stream.pause();\n      }']],
  },
  {
    name: 'greeting-lost',
    fails: 'client-talks',
    edits: [["  socket.on('data', onBytes);", "  socket.once('data', () => socket.on('data', onBytes));"]],
  },
  {
    name: 'connection-never-closed',
    fails: 'client-talks',
    edits: [['close: () => void socket.end()', 'close: () => undefined']],
  },
  {
    name: 'close-forgets-connections',
    fails: 'close-ends-all',
    edits: [['      for (const socket of open) socket.destroy();\n', '']],
  },

  {
    name: 'a-decoder-for-each-piece',
    fails: 'cut-frames',
    edits: [
      [DECODER, ''],
      ['      decoder.push(bytes);', `  ${DECODER}      decoder.push(bytes);`],
    ],
  },
  {
    name: 'a-decoder-for-each-tls-record',
    fails: 'tls-cut-frames',
    edits: [
      [DECODER, DECODER.replace('const', 'let')],
      [
        '      decoder.push(bytes);',
        "      if (wire === 'tls') decoder = createFrameDecoder(MAX_PAYLOAD);\n      decoder.push(bytes);",
      ],
    ],
  },
  {
    name: 'errors-without-a-listener',
    fails: 'leaves',
    edits: [[ERROR, '']],
  },
  {
    name: 'bad-frame-ends-the-server',
    fails: 'bad-input',
    edits: [[REFUSED, '} catch (error) {\n        throw error;\n      }']],
  },
  {
    name: 'broken-channel-ends-the-server',
    fails: 'broken-channel',
    edits: [
      [
        REFUSED,
        "} catch (error) {\n        if (wire === 'psk') throw error;\n        stream.destroy();\n      }",
      ],
    ],
  },
  {
    name: 'close-ignored',
    fails: 'bad-input',
    edits: [['connections.get(deed.close)?.close();', 'continue;']],
  },
  {
    name: 'goodbye-forgotten',
    fails: 'goodbye',
    edits: [[END, 'stream.end(() => stream.destroy());']],
  },
  {
    name: 'cut-off-instead-of-ended',
    fails: 'goodbye',
    edits: [[END, 'stream.destroy();']],
  },
  {
    name: 'handshake-of-the-channel-not-answered',
    fails: 'any-channel',
    edits: [["      if (kind === 'write') stream.write(bytes);\n", '']],
  },
  {
    name: 'sent-unsealed',
    fails: 'any-channel',
    edits: [['stream.write(channel.send(plain))', 'stream.write(plain)']],
  },
  {
    name: 'sent-unsealed-on-psk',
    fails: 'three-wires',
    edits: [
      ['stream.write(channel.send(plain))', "stream.write(wire === 'psk' ? plain : channel.send(plain))"],
    ],
  },
  {
    name: 'welcome-before-the-channel-is-open',
    fails: 'any-channel',
    edits: [
      [OPENED, '        // It has been welcomed.'],
      ['    take(NOTHING);\n', `    ${OPENED.trim()}\n    take(NOTHING);\n`],
    ],
  },
  {
    name: 'a-chat-for-each-connection',
    fails: 'plain-chat',
    edits: [
      ['  const chat = createChat();\n', ''],
      [
        'function perform(deeds: ReturnType<typeof chat.received>)',
        "function perform(deeds: ReturnType<ReturnType<typeof createChat>['received']>)",
      ],
      ['    const id = ++last;\n', '    const id = ++last;\n    const chat = createChat();\n'],
    ],
  },
  {
    name: 'no-tls-on-the-tls-port',
    fails: 'tls-chat',
    edits: [[LISTENER, 'createServer(onStream)']],
  },
  {
    name: 'hands-over-the-raw-socket',
    fails: 'nothing-readable',
    edits: [[LISTENER, "createTlsServer({ cert, key }).on('connection', onStream)"]],
  },
  {
    name: 'old-versions-accepted',
    fails: 'versions',
    edits: [[LISTENER, LISTENER.replace("'TLSv1.2'", "'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0'")]],
  },
  {
    name: 'tls-1-3-switched-off',
    fails: 'versions',
    edits: [[LISTENER, LISTENER.replace('minVersion', "maxVersion: 'TLSv1.2', minVersion")]],
  },
  {
    name: 'tls-1-3-only',
    fails: 'versions',
    edits: [[LISTENER, LISTENER.replace("'TLSv1.2'", "'TLSv1.3'")]],
  },
  {
    name: 'suites-without-encryption',
    fails: 'weak-suites',
    edits: [[LISTENER, LISTENER.replace('minVersion', "ciphers: 'HIGH:eNULL:@SECLEVEL=0', minVersion")]],
  },
  {
    name: 'suites-without-a-certificate',
    fails: 'weak-suites',
    edits: [[LISTENER, LISTENER.replace('minVersion', "ciphers: 'ALL:@SECLEVEL=0', minVersion")]],
  },
  {
    name: 'the-whole-server-takes-old-versions',
    fails: 'stands-firm',
    edits: [
      [
        'createTlsListener({ cert, key }, (stream) =>',
        "createTlsServer({ cert, key, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, (stream) =>",
      ],
    ],
  },
  {
    name: 'a-stranger-shuts-the-door',
    fails: 'strangers',
    edits: [
      [
        `return ${LISTENER};`,
        `const server = ${LISTENER};\n  return server.on('tlsClientError', () => server.close());`,
      ],
    ],
  },
  {
    name: 'an-error-of-a-handshake-thrown-on',
    fails: 'strangers',
    edits: [[LISTENER, `${LISTENER}.on('tlsClientError', (error) => {\n    throw error;\n  })`]],
  },
  {
    name: 'reject-unauthorized-false',
    fails: 'bad-certificates-refused',
    edits: [[CLIENT, CLIENT.replace('ca, ', 'ca, rejectUnauthorized: false, ')]],
  },
  {
    name: 'old-servers-accepted',
    fails: 'old-server-refused',
    edits: [[CLIENT, CLIENT.replace("'TLSv1.2'", "'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0'")]],
  },
  {
    name: 'host-name-not-checked',
    fails: 'wrong-name-refused',
    edits: [[CLIENT, CLIENT.replace('ca, ', 'ca, checkServerIdentity: () => undefined, ')]],
  },
  {
    name: 'part-of-the-name-is-enough',
    fails: 'wrong-name-refused',
    edits: [
      [
        CLIENT,
        CLIENT.replace(
          'ca, ',
          "ca, checkServerIdentity: (host, { subjectaltname = '' }) => (subjectaltname.includes(host) ? undefined : new Error('name')), ",
        ),
      ],
    ],
  },
  {
    name: 'name-not-given',
    fails: 'client-talks',
    edits: [[CLIENT, CLIENT.replace('servername: name, ', '')]],
  },
  {
    name: 'any-ca-of-the-system',
    fails: 'client-talks',
    edits: [[CLIENT, CLIENT.replace('ca, ', '')]],
  },
  {
    name: 'time-does-not-matter',
    fails: 'bad-certificates-refused',
    edits: [
      [CLIENT, CLIENT.replace('ca, ', 'ca, rejectUnauthorized: false, ')],
      [
        VERIFIED,
        `${VERIFIED}\n  const reason = String(socket.authorizationError ?? '');\n  if (reason !== '' && reason !== 'CERT_HAS_EXPIRED') {\n    socket.destroy();\n    throw new Error(reason);\n  }`,
      ],
    ],
  },
  {
    name: 'no-reason-given',
    fails: 'bad-certificates-refused',
    edits: [
      [VERIFIED, "await once(socket, 'secureConnect').catch(() => {\n    throw new Error('failed');\n  });"],
    ],
  },
  {
    name: 'one-core-for-each-listener',
    fails: 'three-wires',
    edits: [["core.attach(stream, 'tls')", "createCore().attach(stream, 'tls')"]],
  },
  {
    name: 'only-the-first-shared-key',
    fails: 'three-wires',
    edits: [[PSK, PSK.replace('sharedKeys', 'sharedKeys.slice(0, 1)')]],
  },
  {
    name: 'psk-without-a-channel',
    fails: 'three-wires',
    edits: [[PSK, "core.attach(socket, 'psk')"]],
  },
  {
    name: 'one-channel-for-all-psk-connections',
    fails: 'stands-firm',
    edits: [
      [PSK, "core.attach(socket, 'psk', shared)"],
      [
        '  const core = createCore();\n',
        '  const core = createCore();\n  const shared = createServerChannel(sharedKeys);\n',
      ],
    ],
  },
  {
    name: 'all-wires-are-called-plain',
    fails: 'three-wires',
    edits: [["core.attach(stream, 'tls')", "core.attach(stream, 'plain')"]],
  },
  {
    name: 'listens-on-all-addresses',
    fails: 'this-machine-only',
    edits: [['listener.listen(port, HOST)', 'listener.listen(port)']],
  },
  {
    name: 'ports-ignored',
    fails: 'close-ends-all',
    edits: [['listener.listen(port, HOST)', 'listener.listen(0, HOST)']],
  },
];
