/** As beside our solution: in the workspace this is the learner's own file. */
export { createFrameDecoder } from '../../01-frames/solution.ts';
