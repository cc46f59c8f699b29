/** What the core of lab 09 must do, on plain sockets and with a channel that it has not seen before. */
import type { Check } from '#judge/check';
import { must, mustEqual } from '#judge/failure';
import { EMPTY, fromHex, utf8 } from '#protocol/bytes';
import { TOY, toyRecord } from '../runner/toy-channel.ts';
import { mustAnnounceLeaving, mustNotOccur, mustSurviveCuts, named } from './scenes.ts';
import { withCore } from './stage.ts';

const CORE = 'createCore';

export const CORE_CHECKS: readonly Check[] = [
  {
    id: 'plain-chat',
    requires: 'Over plain sockets two members talk: your decoder finds the frames, your chat answers.',
    why: 'Labs 01 and 02 never touched a socket. The core is what connects them with one.',
    about: CORE,
    run: withCore(['plain'], async (stage) => {
      const ana = await stage.member('plain', 'ana');
      mustEqual(ana.welcome.wire, 'plain', 'wire in the welcome');
      const bob = await stage.member('plain', 'bob');
      mustEqual(bob.welcome.members.join(), 'ana', 'members in the second welcome');
      await stage.mustTalk(ana.peer, bob.peer, 'on plain');
      await stage.mustTalk(bob.peer, ana.peer, 'on plain');
    }),
  },
  {
    id: 'cut-frames',
    requires: 'A frame that comes in several pieces is one message, and three frames in one piece are three.',
    why: 'Each connection needs one decoder that stays: it keeps what has come of the next frame.',
    about: CORE,
    run: withCore(['plain'], async (stage) => {
      await mustSurviveCuts(stage, 'plain');
    }),
  },
  {
    id: 'leaves',
    requires: 'The others are told when a member goes, politely or in the middle of everything.',
    why: 'A connection that breaks off is an error event of the stream; without a listener for it, the process ends.',
    about: CORE,
    run: withCore(['plain'], async (stage) => {
      await mustAnnounceLeaving(stage, 'plain');
    }),
  },
  {
    id: 'bad-input',
    requires: 'A frame that is refused ends its own connection, after the error, and the others go on.',
    why: 'The decoder throws, and the chat says close: both must cost one stranger their connection, and nobody else.',
    about: CORE,
    run: withCore(['plain'], async (stage) => {
      const [ana, bob] = [await stage.member('plain', 'ana'), await stage.member('plain', 'bob')];
      const stranger = await stage.peer('plain');
      stranger.sendText('this is not JSON');
      const error = await stranger.next('error', 'after a frame that is not JSON');
      mustEqual(error.fatal, true, 'fatal in the error');
      await stranger.hungUp('after a fatal error');
      const lengths = { 'a length above the cap': 'ffffffff', 'a length of zero': '00000000' };
      for (const [what, length] of Object.entries(lengths)) {
        const { peer } = await stage.member('plain', 'eve');
        await ana.peer.next('member_joined', 'after eve joined', named('eve'));
        peer.sendPlain(fromHex(`${length}7b7b`));
        await peer.ended(`after ${what}`);
        await ana.peer.next('member_left', `after eve sent ${what}`, named('eve'));
      }
      await stage.mustTalk(ana.peer, bob.peer, 'after others sent garbage');
    }),
  },
  {
    id: 'any-channel',
    requires: 'With a channel, its bytes cross the stream, and the chat on top of it is the same.',
    why: 'The core must not know which channel it is: the checks bring one that you have never seen.',
    about: CORE,
    look: { wire: 'psk', filter: 'psk.type == "data"' },
    run: withCore(['toy', 'plain'], async (stage) => {
      const { port, recorder } = await stage.recorder('toy');
      const ana = await stage.member('toy', 'ana', port);
      mustEqual(ana.welcome.wire, 'psk', 'wire in the welcome, as attach was told it');
      const bob = await stage.member('plain', 'bob');
      await stage.mustTalk(ana.peer, bob.peer, 'from a channel to plain');
      await stage.mustTalk(bob.peer, ana.peer, 'from plain to a channel');
      mustNotOccur(recorder.bytes, utf8('"type"'), 'on the wire of the channel');
      ana.peer.stream.write(toyRecord(TOY.goodbye, EMPTY));
      await ana.peer.ended('after the goodbye of a client');
      await bob.peer.next('member_left', 'after ana said goodbye over her channel', named('ana'));
      await mustSurviveCuts(stage, 'toy');
    }),
  },
  {
    id: 'goodbye',
    requires: 'Before the core ends a connection with a channel, it sends what close() of the channel gives.',
    why: 'Without a goodbye, a client cannot tell the end of a talk from a connection that somebody has cut.',
    about: CORE,
    look: { wire: 'psk', filter: 'psk.type == "alert"' },
    run: withCore(['toy'], async (stage) => {
      const { peer } = await stage.member('toy', 'ana');
      peer.sendText('nonsense');
      await peer.next('error', 'after a frame that is not JSON');
      await peer.ended('after a fatal error');
      must(peer.goodbye, {
        what: 'the connection ends without a goodbye of the channel',
        expected: 'the bytes of channel.close(), then the end',
        got: 'the end',
      });
    }),
  },
  {
    id: 'broken-channel',
    requires: 'When the channel throws, that connection ends. The others go on.',
    why: 'A record that Mallory has changed is an exception of the channel, and it must not become one of the server.',
    about: CORE,
    run: withCore(['toy', 'plain'], async (stage) => {
      const ana = await stage.member('plain', 'ana');
      const { peer: eve } = await stage.member('toy', 'eve');
      await ana.peer.next('member_joined', 'after eve joined', named('eve'));
      eve.stream.write(toyRecord(9, EMPTY));
      await eve.ended('after a record that the channel refuses');
      await ana.peer.next('member_left', 'after eve’s channel threw', named('eve'));
      const early = await stage.socket('toy');
      early.write(toyRecord(TOY.data, utf8('data before the handshake')));
      await stage.patience.until(
        () => early.readableEnded || early.destroyed,
        () => 'the connection stays open when the handshake of its channel fails',
      );
      const bob = await stage.member('toy', 'bob');
      await stage.mustTalk(ana.peer, bob.peer, 'after channels of others threw');
    }),
  },
];
