// Loops for any compute stage.
export { scheduleLoops } from './loops/schedule.ts';
