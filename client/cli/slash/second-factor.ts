/** `/2fa`: the second factor of the user's account. */
import { toString as qrCode } from 'qrcode';
import { clean } from '../format.ts';
import { type Args, SlashError } from '#session/typed-arguments';
import { type SlashCommand, type SlashContext, consent } from './command.ts';

const USAGE = '/2fa on|off';

export const SECOND_FACTOR: SlashCommand = {
  name: '2fa',
  usage: USAGE,
  help: 'require a code of your authenticator at every login, or stop requiring it',
  completes: [['on', 'off']],
  run: (context, { words: [what] }: Args) => {
    if (what === 'on') return turnOn(context);
    if (what === 'off') return turnOff(context);
    throw new SlashError(USAGE);
  },
};

async function turnOn(context: SlashContext): Promise<void> {
  const { client, ask, print, colors } = context;
  const secretly = await consent(context);
  const password = secretly && (await ask('Your password: ', { secret: true }));
  if (!secretly || !password) return;
  const { secret, uri } = await client.account.beginSecondFactor(password, secretly);
  for (const line of (await qrCode(uri, { type: 'terminal', small: true })).trimEnd().split('\n'))
    print(line);
  print(
    `Scan this with your authenticator, or type the secret into it: ${colors.bold(clean(spaced(secret)))}`,
  );
  for (;;) {
    const code = await ask('The code it shows: ');
    if (code === undefined || code.trim() === '') return print('The second factor stays off.');
    try {
      return showRecoveryCodes(context, await client.account.confirmSecondFactor(code.trim(), secretly));
    } catch (error) {
      if ((error as { code?: string }).code !== 'second_factor_wrong') throw error;
      print(colors.yellow(`! ${clean((error as Error).message)}`));
    }
  }
}

function showRecoveryCodes({ print, colors }: SlashContext, codes: readonly string[]): void {
  print(colors.green('The second factor is on.'));
  print('Keep these recovery codes where nobody else can find them. Each works once in place of a code:');
  for (let at = 0; at < codes.length; at += 2)
    print(
      `  ${codes
        .slice(at, at + 2)
        .map(clean)
        .join('   ')}`,
    );
}

async function turnOff(context: SlashContext): Promise<void> {
  const { client, ask, print } = context;
  const secretly = await consent(context);
  const password = secretly && (await ask('Your password: ', { secret: true }));
  if (!secretly || !password) return;
  await client.account.removeSecondFactor(password, secretly);
  print('The second factor is off.');
}

/** In groups of four, which are easier to read and type. */
function spaced(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
