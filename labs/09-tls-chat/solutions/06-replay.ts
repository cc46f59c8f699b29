/** As beside our solution: in the workspace this is the learner's own file. */
export { createServerChannel } from '../../06-replay/solution.ts';
