/** The first half of the labs, as a reader of their texts does them. */
import { walkTexts } from '../support/labs/texts.ts';

walkTexts(['I', 'II']);
