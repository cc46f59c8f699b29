/** What the TLS listener of lab 09 must do: with the core behind it, and with every kind of client in front of it. */
import type { Check } from '#judge/check';
import { must, mustEqual } from '#judge/failure';
import { utf8 } from '#protocol/bytes';
import {
  CLIENT_HELLO_BEGINNING,
  mustAnnounceLeaving,
  mustNotOccur,
  mustRefuseOldVersions,
  mustShrugOff,
  mustSurviveCuts,
  occurs,
} from './scenes.ts';
import { ACCEPTED, type PeerWire, withCore } from './stage.ts';

const LISTENER = 'createTlsListener';

export const TLS_CHECKS: readonly Check[] = [
  {
    id: 'tls-chat',
    requires: 'A member on tls and one on plain talk to each other through the same core.',
    why: 'That is the point of the lab: the stream of TLS carries plain bytes, and the core cannot tell the difference.',
    about: LISTENER,
    look: { wire: 'tls', filter: 'msg.type == "message"' },
    run: withCore(['plain', 'tls'], async (stage) => {
      const ana = await stage.member('tls', 'ana');
      mustEqual(ana.welcome.wire, 'tls', 'wire in the welcome');
      const bob = await stage.member('plain', 'bob');
      await stage.mustTalk(ana.peer, bob.peer, 'from tls to plain');
      await stage.mustTalk(bob.peer, ana.peer, 'from plain to tls');
    }),
  },
  {
    id: 'tls-cut-frames',
    requires: 'Frames may be cut over several TLS records, or share one, and members on tls may break off.',
    why: 'A TLS record is no frame either: TLS hands you a stream, and cuts it as it likes.',
    about: LISTENER,
    run: withCore(['tls'], async (stage) => {
      await mustSurviveCuts(stage, 'tls');
      await mustAnnounceLeaving(stage, 'tls');
    }),
  },
  {
    id: 'nothing-readable',
    requires:
      'On the tls port no name, no text and no frame can be read by Eve; on plain she reads all of them.',
    why: 'This is the secrecy that TLS gives. The judge looks at the bytes that crossed the port.',
    about: LISTENER,
    look: { wire: 'tls', filter: 'tls.type == "application_data"' },
    run: withCore(['plain', 'tls'], async (stage) => {
      const { random } = stage;
      const [name, text] = [random.word(12), random.word(24)];
      const record = async (wire: PeerWire): Promise<Uint8Array> => {
        const { port, recorder } = await stage.recorder(wire);
        const { peer } = await stage.member(wire, name, port);
        peer.send({ type: 'say', text, ref: 'r' });
        await peer.next('ack', `after a say on ${wire}`);
        await peer.roundTrip('after a say');
        peer.leave();
        await peer.ended('after the client has left');
        return recorder.bytes;
      };
      const secrets = [name, text, '"type"', 'welcome'].map((word) => utf8(word));
      const onTls = await record('tls');
      for (const secret of secrets) mustNotOccur(onTls, secret, 'on the tls port');
      must(onTls[0] === 0x16, {
        what: 'what crosses the tls port is not TLS',
        expected: 'a handshake record',
      });
      const onPlain = await record('plain');
      for (const secret of secrets)
        must(occurs(onPlain, secret), 'on plain, the text does not cross the wire as it is');
    }),
  },
  {
    id: 'versions',
    requires: 'TLS 1.3 is spoken with those who can, TLS 1.2 with others, and TLS 1.0 and 1.1 with nobody.',
    why: 'Old versions have known weaknesses, and Mallory would talk both ends into the oldest that they accept.',
    about: LISTENER,
    look: { wire: 'tls', filter: 'tls.handshake.type == "server_hello"' },
    run: withCore(['tls'], async (stage) => {
      mustEqual((await stage.tls()).socket.getProtocol(), 'TLSv1.3', 'the version with a modern client');
      const old = await stage.tls({ maxVersion: 'TLSv1.2' });
      mustEqual(old.socket.getProtocol(), 'TLSv1.2', 'the version with a client that cannot do better');
      await mustRefuseOldVersions(stage);
    }),
  },
  {
    id: 'weak-suites',
    requires: 'A client that offers only suites without encryption, or without a certificate, is refused.',
    why: 'TLS can be told to encrypt nothing: a list of ciphers that was copied to make an error go away may allow that.',
    about: LISTENER,
    look: { wire: 'tls', filter: 'tls.handshake.type == "server_hello"' },
    run: withCore(['tls'], async (stage) => {
      await stage.member('tls', 'ana');
      const suites = { 'without encryption': 'eNULL', 'without a certificate': 'aNULL' };
      for (const [what, ciphers] of Object.entries(suites)) {
        const said = await stage.answerToTls({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` });
        must(said !== ACCEPTED, {
          what: `a client that offers only suites ${what} is accepted`,
          expected: 'the alert handshake_failure',
        });
      }
    }),
  },
  {
    id: 'strangers',
    requires:
      'Those who speak no TLS, break off in the handshake or fall silent in it do not disturb the others.',
    why: 'A port is open to everyone: scanners knock with garbage, and clients lose their network at any moment.',
    about: LISTENER,
    look: { wire: 'tls', filter: 'tls.handshake' },
    run: withCore(['tls'], async (stage) => {
      const ana = await stage.member('tls', 'ana');
      await mustShrugOff(stage, 'tls');
      const silent = await stage.socket('tls');
      silent.write(CLIENT_HELLO_BEGINNING);
      const bob = await stage.member('tls', 'bob');
      await stage.mustTalk(ana.peer, bob.peer, 'while another client is in the middle of its handshake');
    }),
  },
];
